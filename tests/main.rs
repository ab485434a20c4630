mod git_source;

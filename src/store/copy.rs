//! A copy of a store beside it, to try things on that must not touch the store. Must not know what is tried.

use std::{fs, path::Path};

use super::{Result, Store, StoreError, files};

/// What the files of a copy end in, after the number of the process that made it.
const ENDINGS: &[&str] = &["", "-wal", "-shm", "-journal", ".key", ".lock"];

impl Store {
    /// Runs `work` on a copy, which is gone afterwards, as is one that a killed buyin left behind. Whoever
    /// calls holds the lock of the sync: there is one copy at a time.
    pub fn in_a_copy<T>(&self, work: impl FnOnce(&mut Self) -> Result<T>) -> Result<T> {
        self.remove_copies()?;
        let path = files::beside(&self.path, &format!("copy.{}", std::process::id()));
        let done = self.copy_to(&path).and_then(|()| Self::open(&path)).and_then(|mut copy| work(&mut copy));
        self.remove_copies()?;
        done
    }

    fn remove_copies(&self) -> Result<()> {
        let folder = self.path.parent().filter(|folder| !folder.as_os_str().is_empty());
        let folder = folder.unwrap_or(Path::new("."));
        let name = self.path.file_name().unwrap_or_default().to_string_lossy();
        let doing = "remove copies of the store";
        for entry in fs::read_dir(folder).map_err(StoreError::io(folder, doing))? {
            let entry = entry.map_err(StoreError::io(folder, doing))?;
            if is_of_a_copy(&entry.file_name().to_string_lossy(), &name) {
                fs::remove_file(entry.path()).map_err(StoreError::io(&entry.path(), doing))?;
            }
        }
        Ok(())
    }

    fn copy_to(&self, path: &Path) -> Result<()> {
        files::create(path)?;
        self.db.execute("VACUUM INTO ?1", [path.to_string_lossy()]).map_err(|error| self.fail(error))?;
        let (from, to) = (Self::key_path(&self.path), Self::key_path(path));
        files::create(&to)?;
        fs::copy(&from, &to).map_err(StoreError::io(&to, "copy the id key"))?;
        Ok(())
    }
}

/// Whether a file beside the store called `store` belongs to a copy of it.
fn is_of_a_copy(file: &str, store: &str) -> bool {
    let number = file.strip_prefix(store).and_then(|rest| rest.strip_prefix(".copy."));
    let ending = number.map(|rest| (rest, rest.trim_start_matches(|letter: char| letter.is_ascii_digit())));
    ending.is_some_and(|(number, ending)| number != ending && ENDINGS.contains(&ending))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_copy_is_gone_afterwards_and_so_is_one_that_a_killed_buyin_left() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("buyin.db");
        let store = Store::open(&path).unwrap();
        for left in ["buyin.db.copy.4242", "buyin.db.copy.4242.key", "buyin.db.copy.4242-wal"] {
            fs::write(folder.path().join(left), "somebody's data").unwrap();
        }
        fs::write(folder.path().join("buyin.db.copy.notes"), "of the user").unwrap();
        store.in_a_copy(|copy| copy.digest()).unwrap();
        let mut names: Vec<_> = fs::read_dir(folder.path())
            .unwrap()
            .map(|entry| entry.unwrap().file_name().to_string_lossy().into_owned())
            .filter(|name| name.contains(".copy."))
            .collect();
        names.sort();
        assert_eq!(names, ["buyin.db.copy.notes"]);
    }
}

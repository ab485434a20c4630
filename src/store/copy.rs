//! A copy of a store beside it, to try things on that must not touch the store. Must not know what is tried.

use std::{fs, path::Path};

use super::{Result, Store, StoreError, files};

impl Store {
    /// Runs `work` on a copy, which is gone afterwards.
    pub fn in_a_copy<T>(&self, work: impl FnOnce(&mut Self) -> Result<T>) -> Result<T> {
        let path = files::beside(&self.path, &format!("copy.{}", std::process::id()));
        let done = self.copy_to(&path).and_then(|()| Self::open(&path)).and_then(|mut copy| work(&mut copy));
        for ending in ["", "-wal", "-shm", ".key"] {
            let mut name = path.as_os_str().to_owned();
            name.push(ending);
            match fs::remove_file(&name) {
                Err(error) if error.kind() != std::io::ErrorKind::NotFound => {
                    return Err(StoreError::io(Path::new(&name), "remove the copy")(error));
                }
                _ => {}
            }
        }
        done
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

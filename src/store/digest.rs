//! A digest of everything derived, in key order, that two stores with equal conclusions share. Must not depend
//! on row ids, on the order of writing or on the file.

use rusqlite::{Connection, types::ValueRef};
use sha2::{Digest, Sha256};

use super::{Result, Store, schema::DERIVED};

impl Store {
    /// SHA-256 over all derived tables in key order, in hexadecimal.
    pub fn digest(&self) -> Result<String> {
        digest(&self.db, DERIVED).map_err(|e| self.fail(e))
    }

    /// The digest of each derived table by its name, and last that of `all` together.
    pub fn digests(&self) -> Result<Vec<(String, String)>> {
        let mut digests = Vec::new();
        for table in DERIVED {
            let one = digest(&self.db, std::slice::from_ref(table)).map_err(|e| self.fail(e))?;
            digests.push((table.0.to_owned(), one));
        }
        digests.push(("all".to_owned(), self.digest()?));
        Ok(digests)
    }
}

fn digest(db: &Connection, tables: &[(&str, &str, &str)]) -> rusqlite::Result<String> {
    let mut hash = Sha256::new();
    for (table, columns, key) in tables {
        hash.update(table.as_bytes());
        let mut all = db.prepare(&format!("SELECT {columns} FROM {table} ORDER BY {key}"))?;
        let width = all.column_count();
        let mut rows = all.query([])?;
        while let Some(row) = rows.next()? {
            for column in 0..width {
                feed(&mut hash, row.get_ref(column)?);
            }
        }
    }
    Ok(super::hex(&hash.finalize()))
}

/// A value with its kind and length, so that values cannot run into each other.
fn feed(hash: &mut Sha256, value: ValueRef<'_>) {
    let (kind, bytes): (u8, &[u8]) = match value {
        ValueRef::Null => (0, &[]),
        ValueRef::Integer(number) => {
            hash.update([1]);
            hash.update(number.to_be_bytes());
            return;
        }
        ValueRef::Real(number) => (2, &number.to_be_bytes()),
        ValueRef::Text(text) => (3, text),
        ValueRef::Blob(bytes) => (4, bytes),
    };
    hash.update([kind]);
    hash.update(bytes.len().to_be_bytes());
    hash.update(bytes);
}

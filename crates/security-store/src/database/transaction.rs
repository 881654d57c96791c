use super::value::sqlite_query;
use super::{DatabaseError, Row, Value};
use sqlx::{SqlSafeStr, Sqlite};

/// A transaction that holds the write lock. Dropping it undoes it.
#[derive(Debug)]
pub struct Transaction {
    inner: sqlx::Transaction<'static, Sqlite>,
}

impl Transaction {
    pub(super) fn sqlite(inner: sqlx::Transaction<'static, Sqlite>) -> Self {
        Self { inner }
    }

    /// Reads, or writes with `RETURNING`, all rows that answer.
    pub async fn fetch_all(
        &mut self,
        sql: &'static str,
        values: &[Value],
    ) -> Result<Vec<Row>, DatabaseError> {
        let rows = sqlite_query(sql, values)
            .fetch_all(&mut *self.inner)
            .await?;
        Ok(rows.into_iter().map(Row).collect())
    }

    /// Reads, or writes with `RETURNING`, the first row that answers.
    ///
    /// Give a writing statement that touches one row at most: what comes after the first row may
    /// not happen.
    pub async fn fetch_optional(
        &mut self,
        sql: &'static str,
        values: &[Value],
    ) -> Result<Option<Row>, DatabaseError> {
        let row = sqlite_query(sql, values)
            .fetch_optional(&mut *self.inner)
            .await?;
        Ok(row.map(Row))
    }

    /// Writes; says how many rows were touched.
    pub async fn execute(
        &mut self,
        sql: &'static str,
        values: &[Value],
    ) -> Result<u64, DatabaseError> {
        let done = sqlite_query(sql, values).execute(&mut *self.inner).await?;
        Ok(done.rows_affected())
    }

    /// Runs a script of several statements without parameters.
    pub(super) async fn script(&mut self, sql: &'static str) -> Result<(), DatabaseError> {
        sqlx::raw_sql(sql.into_sql_str())
            .execute(&mut *self.inner)
            .await?;
        Ok(())
    }

    /// Makes it last. An error leaves it open whether it did: ask again.
    pub async fn commit(self) -> Result<(), DatabaseError> {
        Ok(self.inner.commit().await?)
    }
}

use crate::TestApp;
use musicgen_security_store::database::Row;
use std::collections::BTreeMap;

impl TestApp {
    /// Every row of every table, as text: what two of these have in common was not changed.
    ///
    /// # Panics
    ///
    /// When the database can't answer.
    pub async fn dump(&self) -> BTreeMap<String, Vec<String>> {
        let lines = async |sql: String| -> Vec<String> {
            // The database takes no text that is made at run time, and a test ends soon.
            let sql: &'static str = sql.leak();
            let rows = self.database().fetch_all(sql, &[]).await.expect("rows");
            let line = |row: &Row| row.text("line").expect("a line of text");
            rows.iter().map(line).collect()
        };
        let tables = "SELECT name AS line FROM sqlite_master WHERE type = 'table' ORDER BY name";
        let mut dump = BTreeMap::new();
        for table in lines(tables.to_owned()).await {
            let columns = format!("SELECT name AS line FROM pragma_table_info('{table}')");
            let columns = lines(columns).await.into_iter();
            let columns: Vec<_> = columns.map(|name| format!("quote({name})")).collect();
            let columns = columns.join("||'|'||");
            let rows = format!("SELECT {columns} AS line FROM {table} ORDER BY line");
            dump.insert(table, lines(rows).await);
        }
        dump
    }
}

//! The `rolesmith` program.

fn main() -> anyhow::Result<()> {
    Ok(())
}

package dev.sluice.settings;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class TargetNamesTest {

    @ParameterizedTest
    @CsvSource({
        "id,id",
        "_private,_private",
        "OrderID,order_id",
        "Unit Price (€),unit_price_",
        "Größe,gro_e",
        "Éclair,eclair",
        "2nd_line,column_2nd_line",
        "_sluice_batch,column_sluice_batch",
        "user,user_",
        "End,end_",
        "€,column_"
    })
    void givesAColumnANameThatWorksInTheLake(String sourceColumn, String expected) {
        assertThat(TargetNames.columnFor(sourceColumn)).isEqualTo(expected);
    }

    @ParameterizedTest
    @CsvSource({"orders,orders", "OrderLine,order_line", "order,order", "_staging,table_staging", "2024,table_2024"})
    void givesATableANameThatWorksInTheLake(String sourceTable, String expected) {
        assertThat(TargetNames.tableFor(sourceTable)).isEqualTo(expected);
    }

    @ParameterizedTest
    @ValueSource(strings = {"Customer", "SELECT", "größe", "ctid", "_commit_version", "a b c d e f g h", "日本", "  "})
    void givesNamesTheParserTakes(String name) {
        Problems problems = new Problems();
        Identifiers.checkColumn("name", TargetNames.columnFor(name), problems);
        Identifiers.checkColumn("name", TargetNames.columnFor(name.repeat(40)), problems);
        Identifiers.checkTable("table", TargetNames.tableFor(name), problems);
        assertThat(problems.list()).isEmpty();
    }
}

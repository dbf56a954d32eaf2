package dev.sluice.settings;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SettingsWriterTest {

    @ParameterizedTest
    @ValueSource(strings = {Documents.TABLE, Documents.FULL_TABLE})
    void writesATableThatReadsTheSame(String document) {
        TableSettings table = SettingsParser.parseTable(Documents.yaml(document));
        assertThat(SettingsParser.parseTable(SettingsWriter.write(table))).isEqualTo(table);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{glue-connection: shop-vpc}",
                "{jdbc-url: 'jdbc:postgresql://host/shop'}",
                "{jdbc-url: 'jdbc:postgresql:shop', secret: shop-reader}"
            })
    void writesASourceThatReadsTheSame(String connection) {
        Object tree = Documents.with(Documents.SOURCE, "connection", connection);
        SourceSettings source = SettingsParser.parseSource(tree);
        assertThat(SettingsParser.parseSource(SettingsWriter.write(source))).isEqualTo(source);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{bootstrap-servers: 'b:9092'}",
                "{bootstrap-servers: 'a:1,b:2', security: plain, secret: s, registry-url: 'http://r', registry-secret: t}"
            })
    void writesAKafkaSourceThatReadsTheSame(String connection) {
        Object tree = Documents.set(Documents.with(Documents.SOURCE, "connection", connection), "kind", "kafka");
        SourceSettings source = SettingsParser.parseSource(tree);
        assertThat(SettingsParser.parseSource(SettingsWriter.write(source))).isEqualTo(source);
    }

    @Test
    void writesATopicThatReadsTheSame() {
        Object tree =
                Documents.with(Documents.TABLE, "extract", "{topic: a.b.c, format: debezium-avro, parallelism: 3}");
        TableSettings table = SettingsParser.parseTable(tree);
        assertThat(table.extract().relation()).isEqualTo(new Relation.Topic("a.b.c", EventFormat.DEBEZIUM_AVRO));
        assertThat(SettingsParser.parseTable(SettingsWriter.write(table))).isEqualTo(table);
    }

    @Test
    void writesEveryKeyThatHasNotItsDefault() {
        TableSettings table = SettingsParser.parseTable(Documents.yaml(Documents.FULL_TABLE));
        Object expected = Documents.yaml(Documents.FULL_TABLE
                .replace("    engine: sluice\n", "")
                .replace("default: 0.5", "default: '0.5'")
                .replace("table: orders,", "table: public.orders,"));
        assertThat(SettingsWriter.write(table)).isEqualTo(expected).hasToString(expected.toString());
    }

    @Test
    void leavesDefaultsOut() {
        TableSettings table = SettingsParser.parseTable(Documents.yaml(Documents.TABLE));
        Map<String, Object> item = SettingsWriter.write(table);
        assertThat(item.keySet()).containsExactly("source", "table", "version", "extract", "schema", "curate");
        assertThat(item.get("extract"))
                .isEqualTo(Map.of(
                        "relation",
                        "public.orders",
                        "strategy",
                        "incremental",
                        "bookmark",
                        Map.of("columns", List.of("updated_at"))));
        assertThat(SettingsWriter.write(SettingsParser.parseSource(Documents.yaml(Documents.SOURCE)))
                        .keySet())
                .containsExactly("source", "version", "kind", "connection");
    }

    @Test
    void writesAViewAsItIsRead() {
        Object tree = Documents.with(Documents.VIEW, "description", "those above 100");
        ViewSettings view = SettingsParser.parseView(tree);
        assertThat(SettingsWriter.write(view)).isEqualTo(tree);
        assertThat(SettingsParser.parseView(SettingsWriter.write(view))).isEqualTo(view);
    }

    @Test
    void writesARelationThatNeedsQuotes() {
        Object tree = Documents.with(Documents.TABLE, "extract.relation", "'Sales.\"a.\"\"b\"'");
        TableSettings table = SettingsParser.parseTable(tree);
        assertThat(SettingsParser.parseTable(SettingsWriter.write(table))).isEqualTo(table);
    }
}

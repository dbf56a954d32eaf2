package dev.sluice.settings;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.sluice.ErrorCode;
import dev.sluice.SluiceException;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.ObjectInputStream;
import java.io.ObjectOutputStream;
import java.math.BigDecimal;
import java.time.Duration;
import java.time.ZoneId;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import org.junit.jupiter.api.Test;

class SettingsParserTest {

    @Test
    void readsASourceWithItsDefaults() {
        assertThat(SettingsParser.parseSource(Documents.yaml(Documents.SOURCE)))
                .isEqualTo(new SourceSettings(
                        "shop",
                        1,
                        SourceKind.POSTGRESQL,
                        new ConnectionSettings.Jdbc("jdbc:postgresql://host:5432/shop", Optional.of("shop-reader")),
                        ZoneId.of("UTC"),
                        4));
    }

    @Test
    void readsASourceBehindAGlueConnection() {
        Object tree = Documents.with(Documents.SOURCE, "connection", "{glue-connection: shop-vpc}");
        assertThat(SettingsParser.parseSource(tree).connection()).isEqualTo(new ConnectionSettings.Glue("shop-vpc"));
    }

    @Test
    void readsASourceItemAsTheStoreKeepsIt() {
        Object tree = Documents.with(Documents.SOURCE, "table", "'*'");
        assertThat(SettingsParser.kindOf(tree)).isEqualTo(ItemKind.SOURCE);
        assertThat(SettingsParser.parseSource(tree))
                .isEqualTo(SettingsParser.parseSource(Documents.yaml(Documents.SOURCE)));
    }

    @Test
    void readsATableWithItsDefaults() {
        TableSettings table = SettingsParser.parseTable(Documents.yaml(Documents.TABLE));
        assertThat(table.name()).isEqualTo(new TableName("shop", "orders"));
        assertThat(table.extract())
                .isEqualTo(new ExtractSettings(
                        new Relation.Table("public", "orders"),
                        Optional.empty(),
                        ExtractSettings.Strategy.INCREMENTAL,
                        Optional.of(new BookmarkSettings(
                                List.of("updated_at"),
                                BookmarkSettings.Engine.SLUICE,
                                BookmarkSettings.StampedBy.SERVER,
                                Duration.ZERO,
                                Duration.ofMinutes(5))),
                        OptionalInt.empty(),
                        10_000));
        assertThat(table.schema().newColumns()).isEqualTo(SchemaSettings.NewColumns.REPORT);
        assertThat(table.schema().missingColumns()).isEqualTo(SchemaSettings.Drift.FAIL);
        assertThat(table.schema().changedColumns()).isEqualTo(SchemaSettings.Drift.FAIL);
        assertThat(table.schema().columns().get(1))
                .isEqualTo(ColumnSettings.plain("price", ColumnType.of("decimal(12,2)")));
        assertThat(table.loads()).isEmpty();
        assertThat(table.freshness()).isEqualTo(new FreshnessSettings(Duration.ofMinutes(60), Duration.ofMinutes(30)));
    }

    @Test
    void readsEveryKeyOfATable() {
        TableSettings table = SettingsParser.parseTable(Documents.yaml(Documents.FULL_TABLE));
        assertThat(table)
                .isEqualTo(new TableSettings(
                        new TableName("shop", "orders"),
                        1,
                        new ExtractSettings(
                                new Relation.Table("public", "orders"),
                                Optional.of("status <> 'draft'"),
                                ExtractSettings.Strategy.INCREMENTAL,
                                Optional.of(new BookmarkSettings(
                                        List.of("updated_at", "created_at"),
                                        BookmarkSettings.Engine.SLUICE,
                                        BookmarkSettings.StampedBy.CLIENT,
                                        Duration.ofMinutes(10),
                                        Duration.ofMinutes(2))),
                                OptionalInt.of(4),
                                5000),
                        new SchemaSettings(
                                List.of(
                                        new ColumnSettings(
                                                "id",
                                                ColumnType.of("bigint"),
                                                false,
                                                "o_id",
                                                Optional.of("0"),
                                                Optional.empty()),
                                        new ColumnSettings(
                                                "name",
                                                ColumnType.of("string"),
                                                true,
                                                "name",
                                                Optional.empty(),
                                                Optional.of("upper(o_name)")),
                                        ColumnSettings.plain("day", ColumnType.of("date")),
                                        ColumnSettings.plain("tags", ColumnType.of("array<string>")),
                                        new ColumnSettings(
                                                "price",
                                                ColumnType.of("decimal(12,2)"),
                                                true,
                                                "price",
                                                Optional.of("0.5"),
                                                Optional.empty())),
                                SchemaSettings.NewColumns.ADD,
                                SchemaSettings.Drift.REPORT,
                                SchemaSettings.Drift.REPORT),
                        new CurateSettings(
                                CurateSettings.Mode.MERGE,
                                List.of("id"),
                                List.of("day"),
                                List.of("day"),
                                List.of(new CurateSettings.QualityRule("price-not-negative", "price >= 0"))),
                        List.of(
                                new LoadSettings("dataengineering-db", "shop", "orders", LoadSettings.Mode.UPSERT),
                                new LoadSettings("dataengineering-db", "public", "orders", LoadSettings.Mode.REPLACE)),
                        new FreshnessSettings(Duration.ofMinutes(20), Duration.ofDays(1))));
    }

    @Test
    void makesKeyColumnsNotNullable() {
        TableSettings table = SettingsParser.parseTable(Documents.yaml(Documents.TABLE));
        assertThat(table.schema().columns().get(0).nullable()).isFalse();
    }

    @Test
    void findsTheColumnThatSaysWhenAVersionBegan() {
        String history = Documents.TABLE.replace("mode: merge", "mode: history");
        assertThat(SettingsParser.parseTable(Documents.yaml(history)).curate().validTime())
                .contains("updated_at");
        String ordered = history.replace("primary-key: [id]", "primary-key: [id]\n  order-by: [price, updated_at]");
        assertThat(SettingsParser.parseTable(Documents.yaml(ordered)).curate().validTime())
                .contains("updated_at");
        String full = history.replace("  bookmark:\n    columns: [updated_at]\n", "");
        assertThat(SettingsParser.parseTable(Documents.yaml(full)).curate().validTime())
                .isEmpty();
        assertThat(SettingsParser.parseTable(Documents.yaml(history)).schema().columns())
                .extracting(ColumnSettings::nullable)
                .containsExactly(false, true, false);
    }

    @Test
    void readsARelationThatNeedsQuotes() {
        Object tree = Documents.with(Documents.TABLE, "extract.relation", "'Sales.\"a.\"\"b\"'");
        assertThat(SettingsParser.parseTable(tree).extract().relation())
                .isEqualTo(new Relation.Table("Sales", "a.\"b"));
    }

    @Test
    void readsFullStrategyWhereThereIsNoBookmark() {
        Object tree = Documents.without(Documents.TABLE, "extract.bookmark");
        assertThat(SettingsParser.parseTable(tree).extract().strategy()).isEqualTo(ExtractSettings.Strategy.FULL);
    }

    @Test
    void takesNumbersOfAnyClass() {
        for (Object version : List.of(1, 1L, (short) 1, 1.0, new BigDecimal("1.0"))) {
            Map<String, Object> tree =
                    SettingsWriter.write(SettingsParser.parseSource(Documents.yaml(Documents.SOURCE)));
            tree.put("version", version);
            assertThat(SettingsParser.parseSource(tree).version()).isEqualTo(1);
        }
    }

    @Test
    void reportsAllProblemsOfAnItemTogether() {
        InvalidSettingsException thrown = catchThrowableOfType(
                InvalidSettingsException.class,
                () -> SettingsParser.parseTable(
                        Documents.yaml(
                                """
                                source: shop
                                table: orders
                                version: 1
                                extract:
                                  relation: public.orders
                                  strategi: full
                                  bookmark:
                                    columns: [updated_at, 7]
                                    lookback: 5 minutes
                                schema:
                                  columns:
                                    - {name: Id, type: bigintt}
                                    - {type: string}
                                curate:
                                  mode: merge
                                """)));
        assertThat(thrown.problems())
                .extracting(SettingsProblem::path)
                .containsExactly(
                        "extract.strategi",
                        "extract.bookmark.columns[1]",
                        "extract.bookmark.lookback",
                        "schema.columns[0].name",
                        "schema.columns[0].type",
                        "schema.columns[1].name",
                        "curate.primary-key");
        assertThat(thrown)
                .isInstanceOf(SluiceException.class)
                .hasMessageStartingWith("Cannot use the settings of table shop/orders: 7 problems.\n"
                        + "- extract.strategi: Unknown key. Did you mean strategy?\n");
        assertThat(thrown.code()).isEqualTo(ErrorCode.SETTINGS_INVALID);
    }

    @Test
    void namesASourceInItsMessage() {
        assertThatThrownBy(() -> SettingsParser.parseSource(Documents.with(Documents.SOURCE, "kind", "db2")))
                .hasMessage(
                        "Cannot use the settings of source shop: 1 problem.\n"
                                + "- kind: Must be one of [postgresql, mysql, mariadb, sqlserver, oracle, files, kafka, http], but is db2. Use one of: postgresql, mysql, mariadb, sqlserver, oracle, files, kafka, http.");
    }

    @Test
    void refusesAnItemOfTheOtherKind() {
        assertThatThrownBy(() -> SettingsParser.parseSource(Documents.yaml(Documents.TABLE)))
                .hasMessageContaining("table: A source item has no table. Give a source item here.");
        assertThatThrownBy(() -> SettingsParser.parseTable(Documents.yaml(Documents.SOURCE)))
                .hasMessageContaining("table: Is missing: a table item was expected.");
    }

    @Test
    void refusesWhatIsNoItem() {
        assertThat(SettingsParser.check(null)).hasSize(1);
        assertThat(SettingsParser.check(List.of()))
                .extracting(SettingsProblem::path)
                .containsExactly("");
        assertThatThrownBy(() -> SettingsParser.parseTable("orders"))
                .hasMessageStartingWith("Cannot use the settings of a table item without a name: 1 problem.")
                .hasMessageContaining("item: Must be an object, but is text.");
    }

    @Test
    void tellsTheNameOfAnItemWithoutReadingTheRest() {
        assertThat(SettingsParser.nameOf(Map.of("source", "shop", "table", "orders", "nonsense", 1)))
                .contains(new ItemName("shop", Optional.of("orders")))
                .get()
                .hasToString("shop/orders");
        assertThat(SettingsParser.nameOf(Map.of("source", "shop", "table", "*")))
                .contains(new ItemName("shop", Optional.empty()));
        assertThat(SettingsParser.nameOf(Map.of("source", "shop", "table", 7))).isEmpty();
        assertThat(SettingsParser.nameOf(Map.of("table", "orders"))).isEmpty();
        assertThat(SettingsParser.nameOf("orders")).isEmpty();
    }

    @Test
    void refusesAnItemThatIsTooLargeForTheStore() {
        Object tree = Documents.without(Documents.TABLE, "extract.relation");
        Documents.set(tree, "extract.query", "SELECT '" + "x".repeat(400 * 1024) + "'");
        assertThat(SettingsParser.check(tree))
                .extracting(SettingsProblem::message)
                .singleElement()
                .asString()
                .contains("a DynamoDB item holds at most 409600");
    }

    @Test
    void keepsItsMessagesShort() {
        Object tree = Documents.with(Documents.SOURCE, "time-zone", "x".repeat(100_000));
        Documents.set(tree, "kind", "y".repeat(100_000));
        assertThat(SettingsParser.check(tree)).hasSize(2).allSatisfy(problem -> assertThat(problem.toString())
                .hasSizeLessThan(1_200));
    }

    @Test
    void keepsItsProblemsWhenItTravels() throws IOException, ClassNotFoundException {
        InvalidSettingsException thrown =
                catchThrowableOfType(InvalidSettingsException.class, () -> SettingsParser.parseTable(Map.of()));
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (ObjectOutputStream stream = new ObjectOutputStream(bytes)) {
            stream.writeObject(thrown);
        }
        try (ObjectInputStream stream = new ObjectInputStream(new ByteArrayInputStream(bytes.toByteArray()))) {
            assertThat(((InvalidSettingsException) stream.readObject()).problems())
                    .isEqualTo(thrown.problems());
        }
    }
}

package dev.sluice.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.assertj.core.api.InstanceOfAssertFactories;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ValidateCommandTest {

    private static final String SOURCE =
            """
            source: shop
            version: 1
            kind: postgresql
            connection: {jdbc-url: "jdbc:postgresql://host:5432/shop"}
            """;

    private static final String TABLE =
            """
            source: shop
            table: orders
            version: 1
            extract: {relation: public.orders, strategy: full}
            schema: {columns: [{name: id, type: bigint, nullable: false}]}
            curate: {mode: merge, primary-key: [id]}
            """;

    @TempDir
    private Path folder;

    @Test
    void acceptsSeveralDocumentsInOneFile() throws Exception {
        CommandRun run = validate(file("shop.yaml", SOURCE + "---\n" + TABLE));
        assertThat(run.code()).isZero();
        assertThat(run.out()).contains("source shop: ok", "table shop/orders: ok");
    }

    @Test
    void acceptsJsonObjectsAndArrays() throws Exception {
        String source =
                """
                {"source": "shop", "version": 1, "kind": "postgresql", "connection": {"jdbc-url": "jdbc:postgresql://h/d"}}""";
        assertThat(validate(file("one.json", source)).code()).isZero();
        CommandRun run = validate(file("two.json", "[" + source + ", " + source.replace("shop", "crm") + "]"));
        assertThat(run.code()).isZero();
        assertThat(run.out()).contains("source shop: ok", "source crm: ok");
    }

    @Test
    void namesEveryProblemWithPathAndRemedy() throws Exception {
        CommandRun run = validate(file(
                "bad.yaml",
                TABLE.replace("bigint", "bigintt")
                        .replace("primary-key", "primary-kay")
                        .replace("strategy: full", "strategy: incremental")));
        assertThat(run.code()).isEqualTo(3);
        assertThat(run.out())
                .contains("table shop/orders: 4 problems")
                .contains("schema.columns[0].type: Is no type: bigintt.")
                .contains("curate.primary-kay: Unknown key.", "Did you mean primary-key?")
                .contains("extract.bookmark: ");
    }

    @Test
    void answersWithOneJsonDocument() throws Exception {
        Object document = validate(file("bad.yaml", TABLE.replace("bigint", "bigintt")), "--json")
                .json();
        assertThat(document).extracting("valid").isEqualTo(false);
        assertThat(document)
                .extracting("items")
                .asInstanceOf(InstanceOfAssertFactories.LIST)
                .singleElement()
                .satisfies(item -> {
                    Map<?, ?> fields = (Map<?, ?>) item;
                    assertThat(fields.get("item")).isEqualTo("shop/orders");
                    assertThat(fields.get("kind")).isEqualTo("table");
                    assertThat((List<?>) fields.get("problems"))
                            .singleElement()
                            .extracting("path")
                            .isEqualTo("schema.columns[0].type");
                });
    }

    @Test
    void refusesAnItemThatTwoFilesName() throws Exception {
        Path first = file("a.yaml", SOURCE);
        CommandRun run = validate(first, file("b.yaml", SOURCE).toString());
        assertThat(run.code()).isEqualTo(3);
        assertThat(run.out()).contains("Is named a second time: item 1 of " + first + " has the same name.");
    }

    @Test
    void namesTheLineOfASyntaxError() throws Exception {
        CommandRun yaml = validate(file("broken.yaml", "source: shop\ntable: [orders\n"));
        assertThat(yaml.code()).isEqualTo(3);
        assertThat(yaml.out()).contains("Is not YAML: line 3:");
        CommandRun json = validate(file("broken.json", "{\n\"source\": }"));
        assertThat(json.code()).isEqualTo(3);
        assertThat(json.out()).contains("Is not JSON: line 2:");
    }

    @Test
    void refusesAKeyThatStandsTwice() throws Exception {
        assertThat(validate(file("twice.yaml", SOURCE + "version: 1\n")).out()).contains("found duplicate key version");
        assertThat(validate(file("twice.json", "{\"source\": \"a\", \"source\": \"b\"}"))
                        .out())
                .contains("Duplicate field 'source'");
    }

    @Test
    void readsScalarsAsJsonWould() throws Exception {
        CommandRun run = validate(file(
                "plain.yaml",
                TABLE.replace("nullable: false}", "nullable: false, default: 2024-01-01}, {name: no, type: date}")));
        assertThat(run.out()).doesNotContain("schema.columns[1].name").contains("schema.columns[0].default");
    }

    @Test
    void takesEverySettingsFileOfAFolder() throws Exception {
        file("shop.yaml", SOURCE);
        file("orders.yml", TABLE);
        file("notes.txt", "not settings");
        CommandRun run = validate(folder);
        assertThat(run.code()).isZero();
        assertThat(run.out().lines()).hasSize(2);
    }

    @Test
    void saysWhenThereIsNothingToRead() throws Exception {
        assertThat(validate(folder.resolve("none.yaml")).out()).contains("There is no such file.");
        assertThat(validate(folder).out()).contains("The folder holds no settings.");
        assertThat(validate(file("empty.yaml", "# nothing\n")).out()).contains("The file holds no item.");
    }

    @Test
    void acceptsTheDemosSettings() throws Exception {
        Path demo = Path.of(DemoCommand.class.getResource("demo/orders.yaml").toURI())
                .getParent();
        CommandRun run = validate(demo);
        assertThat(run.out()).doesNotContain("problem");
        assertThat(run.code()).isZero();
    }

    private Path file(String name, String content) throws Exception {
        return Files.writeString(folder.resolve(name), content);
    }

    private static CommandRun validate(Path file, String... more) {
        String[] arguments = new String[more.length + 2];
        arguments[0] = "validate";
        arguments[1] = file.toString();
        System.arraycopy(more, 0, arguments, 2, more.length);
        return CommandRun.of(arguments);
    }
}

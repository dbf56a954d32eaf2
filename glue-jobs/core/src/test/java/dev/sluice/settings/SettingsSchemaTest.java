package dev.sluice.settings;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** The published JSON Schemas and the parser know the same keys, words, defaults and limits. */
class SettingsSchemaTest {

    static List<Arguments> objects() {
        return List.of(
                Arguments.of(SchemaDocument.SOURCE, "", Keys.OF_SOURCE_ITEM),
                Arguments.of(SchemaDocument.SOURCE, "/$defs/connection", Keys.OF_CONNECTION),
                Arguments.of(SchemaDocument.TABLE, "", Keys.OF_TABLE_ITEM),
                Arguments.of(SchemaDocument.TABLE, "/$defs/extract", Keys.OF_EXTRACT),
                Arguments.of(SchemaDocument.TABLE, "/$defs/files", Keys.OF_FILES),
                Arguments.of(SchemaDocument.TABLE, "/$defs/http", Keys.OF_HTTP),
                Arguments.of(SchemaDocument.TABLE, "/$defs/paging", Keys.OF_PAGING),
                Arguments.of(SchemaDocument.TABLE, "/$defs/csv", Keys.OF_CSV),
                Arguments.of(SchemaDocument.TABLE, "/$defs/bookmark", Keys.OF_BOOKMARK),
                Arguments.of(SchemaDocument.TABLE, "/$defs/schema", Keys.OF_SCHEMA),
                Arguments.of(SchemaDocument.TABLE, "/$defs/column", Keys.OF_COLUMN),
                Arguments.of(SchemaDocument.TABLE, "/$defs/curate", Keys.OF_CURATE),
                Arguments.of(SchemaDocument.TABLE, "/$defs/quality-rule", Keys.OF_QUALITY_RULE),
                Arguments.of(SchemaDocument.TABLE, "/$defs/reconcile", Keys.OF_RECONCILE),
                Arguments.of(SchemaDocument.TABLE, "/$defs/maintain", Keys.OF_MAINTAIN),
                Arguments.of(SchemaDocument.TABLE, "/$defs/snapshots", Keys.OF_SNAPSHOTS),
                Arguments.of(SchemaDocument.TABLE, "/$defs/load", Keys.OF_LOAD),
                Arguments.of(SchemaDocument.TABLE, "/$defs/freshness", Keys.OF_FRESHNESS),
                Arguments.of(SchemaDocument.VIEW, "", Keys.OF_VIEW_ITEM),
                Arguments.of(SchemaDocument.VIEW, "/$defs/column", Keys.OF_VIEW_COLUMN));
    }

    @ParameterizedTest
    @MethodSource("objects")
    void schemaAndParserHaveTheSameKeysInTheSameOrder(SchemaDocument schema, String pointer, List<String> keys) {
        JsonNode object = schema.root().at(pointer);
        List<String> properties = new ArrayList<>();
        object.get("properties").fieldNames().forEachRemaining(properties::add);
        assertThat(properties).isEqualTo(keys);
        assertThat(object.get("additionalProperties").asBoolean(true)).isFalse();
    }

    @Test
    void everyObjectOfTheSchemasIsCompared() {
        int objects = 0;
        for (SchemaDocument schema : List.of(SchemaDocument.SOURCE, SchemaDocument.TABLE, SchemaDocument.VIEW)) {
            objects += schema.root().findValues("additionalProperties").size();
        }
        assertThat(objects).isEqualTo(objects().size());
    }

    @Test
    void everyKeyIsDescribed() {
        for (Arguments object : objects()) {
            SchemaDocument schema = (SchemaDocument) object.get()[0];
            JsonNode node = schema.root().at((String) object.get()[1]);
            node.get("properties").fields().forEachRemaining(property -> assertThat(
                            schema.description(property.getValue()))
                    .as(property.getKey())
                    .isNotEmpty());
        }
    }

    @Test
    void schemaAndParserHaveTheSameWords() {
        assertThat(words(SchemaDocument.SOURCE, "/properties/kind")).isEqualTo(Words.of(SourceKind.values()));
        assertThat(words(SchemaDocument.SOURCE, "/$defs/connection/properties/authentication"))
                .isEqualTo(Words.of(ConnectionSettings.Http.Authentication.values()));
        Map<String, Enum<?>[]> words = new LinkedHashMap<>();
        words.put("paging/properties/style", HttpSettings.Style.values());
        words.put("http/properties/time-format", HttpSettings.TimeFormat.values());
        words.put("http/properties/reads", HttpSettings.Reads.values());
        words.put("extract/properties/strategy", ExtractSettings.Strategy.values());
        words.put("files/properties/format", FileSettings.Format.values());
        words.put("bookmark/properties/engine", BookmarkSettings.Engine.values());
        words.put("bookmark/properties/clock", BookmarkSettings.StampedBy.values());
        words.put("schema/properties/new-columns", SchemaSettings.NewColumns.values());
        words.put("schema/properties/missing-columns", SchemaSettings.Drift.values());
        words.put("schema/properties/changed-columns", SchemaSettings.Drift.values());
        words.put("column/properties/masking", Masking.values());
        words.put("curate/properties/mode", CurateSettings.Mode.values());
        words.put("reconcile/properties/action", ReconcileSettings.Action.values());
        words.put("load/properties/mode", LoadSettings.Mode.values());
        words.forEach((pointer, constants) -> assertThat(words(SchemaDocument.TABLE, "/$defs/" + pointer))
                .as(pointer)
                .isEqualTo(Words.of(constants)));
    }

    @Test
    void schemaAndParserReserveTheSameWords() {
        for (SchemaDocument schema : List.of(SchemaDocument.TABLE, SchemaDocument.VIEW)) {
            assertThat(words(schema, "/$defs/reserved-word"))
                    .isEqualTo(new ArrayList<>(new TreeSet<>(ReservedWords.all())));
        }
    }

    @Test
    void schemaAndParserHaveTheSameDefaults() {
        Map<String, Object> ofSource = defaults(SchemaDocument.SOURCE);
        Map<String, Object> ofTable = defaults(SchemaDocument.TABLE);
        assertThat(ofSource).containsOnlyKeys("time-zone", "max-concurrent-tables");
        assertThat(ofTable)
                .containsKeys("extract.bookmark.settle", "schema.columns[0].nullable", "loads")
                .hasSize(37);
        Map.of("extract.files.", Documents.FILES_TABLE, "extract.http.", Documents.HTTP_TABLE)
                .forEach((keys, document) -> {
                    Map<String, Object> own = new LinkedHashMap<>(ofTable);
                    own.keySet().removeIf(path -> !path.startsWith(keys));
                    ofTable.keySet().removeAll(own.keySet());
                    own.forEach((path, value) -> assertThat(
                                    SettingsParser.parseTable(Documents.set(Documents.yaml(document), path, value)))
                            .as(path)
                            .isEqualTo(SettingsParser.parseTable(Documents.yaml(document))));
                });
        ofSource.forEach((path, value) -> assertThat(
                        SettingsParser.parseSource(Documents.set(Documents.yaml(Documents.SOURCE), path, value)))
                .as(path)
                .isEqualTo(SettingsParser.parseSource(Documents.yaml(Documents.SOURCE))));
        // Loads and a key that is not the first column let every default stand by itself.
        String document = Documents.TABLE
                .replace("primary-key: [id]", "primary-key: [price]")
                .replace("decimal(12,2)", "bigint");
        ofTable.remove("curate.primary-key");
        // That there are snapshots at all is no default: theirs hold where the object is there.
        List.of("maintain.snapshots.daily", "maintain.snapshots.monthly").forEach(path -> assertThat(
                        SettingsParser.parseTable(Documents.set(Documents.yaml(document), path, ofTable.remove(path))))
                .as(path)
                .isEqualTo(SettingsParser.parseTable(
                        Documents.set(Documents.yaml(document), "maintain.snapshots", Map.of()))));
        List.of("reconcile.action", "reconcile.max-share", "reconcile.every").forEach(path -> assertThat(
                        SettingsParser.parseTable(Documents.set(Documents.yaml(document), path, ofTable.remove(path))))
                .as(path)
                .isEqualTo(SettingsParser.parseTable(Documents.set(Documents.yaml(document), "reconcile", Map.of()))));
        ofTable.forEach((path, value) -> assertThat(
                        SettingsParser.parseTable(Documents.set(Documents.yaml(document), path, value)))
                .as(path)
                .isEqualTo(SettingsParser.parseTable(Documents.yaml(document))));
    }

    @Test
    void schemaAndParserHaveTheSameLimits() {
        assertThat(SchemaDocument.TABLE
                        .root()
                        .at("/$defs/column-name/maxLength")
                        .asInt())
                .isEqualTo(Identifiers.POSTGRESQL_MAX_BYTES);
        assertThat(SchemaDocument.TABLE.root().at("/properties/table/maxLength").asInt())
                .isEqualTo(Identifiers.CATALOG_MAX_LENGTH);
        assertThat(SchemaDocument.TABLE.root().at("/properties/version/const").asInt())
                .isEqualTo(SettingsParser.VERSION);
        assertThat(SchemaDocument.SOURCE.root().at("/properties/table/const").asText())
                .isEqualTo(SettingsParser.NO_TABLE);
    }

    private static List<String> words(SchemaDocument schema, String pointer) {
        List<String> words = new ArrayList<>();
        schema.root().at(pointer).get("enum").forEach(word -> words.add(word.asText()));
        return words;
    }

    /** The path of every key that has a default, with the default. */
    private static Map<String, Object> defaults(SchemaDocument schema) {
        Map<String, Object> defaults = new LinkedHashMap<>();
        collectDefaults(schema, schema.root(), "", defaults);
        return defaults;
    }

    private static void collectDefaults(
            SchemaDocument schema, JsonNode object, String prefix, Map<String, Object> defaults) {
        object.path("properties").fields().forEachRemaining(property -> {
            String path = prefix + property.getKey();
            if (property.getValue().has("default")) {
                defaults.put(
                        path,
                        new ObjectMapper().convertValue(property.getValue().get("default"), Object.class));
            }
            JsonNode value = schema.resolve(property.getValue());
            collectDefaults(schema, value, path + ".", defaults);
            collectDefaults(schema, schema.resolve(value.path("items")), path + "[0].", defaults);
        });
    }
}

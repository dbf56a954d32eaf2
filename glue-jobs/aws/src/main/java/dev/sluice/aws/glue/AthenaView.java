package dev.sluice.aws.glue;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.sluice.settings.ColumnType;
import dev.sluice.settings.TableName;
import dev.sluice.settings.ViewSettings;
import dev.sluice.view.ViewSql;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import software.amazon.awssdk.services.glue.model.Column;
import software.amazon.awssdk.services.glue.model.Table;
import software.amazon.awssdk.services.glue.model.TableInput;

/**
 * A view's entry in the Glue Data Catalog, as Athena's {@code CREATE VIEW} writes one: the statement and its columns in
 * Athena's types, as JSON in base 64 in the original text. The types are right because the statement casts to them.
 */
final class AthenaView {

    private static final String VIRTUAL_VIEW = "VIRTUAL_VIEW";
    /** The view's name in the settings: what marks an entry as one of ours. */
    private static final String MARK = "sluice.view";

    private AthenaView() {}

    static TableInput input(ViewSettings view, String prefix) {
        return TableInput.builder()
                .name(view.name().table())
                .description(view.description().orElse(null))
                .tableType(VIRTUAL_VIEW)
                .parameters(Map.of(
                        "presto_view",
                        "true",
                        "comment",
                        "Presto View",
                        MARK,
                        view.name().toString()))
                .partitionKeys(List.of())
                .viewOriginalText("/* Presto View: " + encoded(view, prefix) + " */")
                .viewExpandedText("/* Presto View */")
                .storageDescriptor(storage -> storage.location("")
                        .columns(view.columns().stream()
                                .map(column -> Column.builder()
                                        .name(column.name())
                                        .type(GlueCatalog.hiveType(column.type()))
                                        .build())
                                .toList())
                        .serdeInfo(serde -> serde.parameters(Map.of())))
                .build();
    }

    /** Whether an entry says what it must; parameters that others have added stay unseen. */
    static boolean says(Table present, TableInput wanted) {
        return VIRTUAL_VIEW.equals(present.tableType())
                && wanted.viewOriginalText().equals(present.viewOriginalText())
                && present.parameters()
                        .entrySet()
                        .containsAll(wanted.parameters().entrySet())
                && Optional.ofNullable(wanted.description()).equals(Optional.ofNullable(present.description()))
                && present.storageDescriptor() != null
                && wanted.storageDescriptor()
                        .columns()
                        .equals(present.storageDescriptor().columns());
    }

    /** The view of a source that an entry was published for; empty for whatever else stands in the database. */
    static Optional<TableName> findPublished(Table present, String source) {
        return Optional.ofNullable(present.parameters().get(MARK))
                .filter(mark -> VIRTUAL_VIEW.equals(present.tableType()) && mark.startsWith(source + "/"))
                .map(TableName::parse);
    }

    private static String encoded(ViewSettings view, String prefix) {
        ObjectNode definition = new ObjectMapper().createObjectNode();
        definition.put("originalSql", ViewSql.statement(view, prefix, AthenaView::type));
        definition.put("catalog", "awsdatacatalog");
        definition.put("schema", prefix + ViewSql.database(view.name().source()));
        ArrayNode columns = definition.putArray("columns");
        view.columns()
                .forEach(
                        column -> columns.addObject().put("name", column.name()).put("type", type(column.type())));
        return Base64.getEncoder().encodeToString(definition.toString().getBytes(StandardCharsets.UTF_8));
    }

    /** A type in Athena's words; it reads timestamps of the lake to the millisecond. */
    private static String type(ColumnType type) {
        if (type.isArray()) {
            String ddl = type.ddl();
            return "array(" + type(ColumnType.of(ddl.substring("array<".length(), ddl.length() - 1))) + ")";
        }
        return switch (type.ddl()) {
            case "int" -> "integer";
            case "float" -> "real";
            case "string" -> "varchar";
            case "binary" -> "varbinary";
            case "timestamp", "timestamp_ntz" -> "timestamp(3)";
            default -> type.ddl();
        };
    }
}

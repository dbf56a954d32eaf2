package dev.sluice.settings;

import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** The rules between {@code schema.columns[].masking} and the rest of a table item: no other way may show a masked value. */
final class MaskingRules {

    private static final String COLUMNS = Keys.SCHEMA + "." + Keys.COLUMNS;
    private static final Set<String> TRUNCATED = Set.of("string", "date", "timestamp", "timestamp_ntz");

    private final TableReader.Draft draft;
    private final List<ColumnSettings> columns;
    private final Problems problems;

    private MaskingRules(TableReader.Draft draft, Problems problems) {
        this.draft = draft;
        this.problems = problems;
        this.columns = draft.schema().stream()
                .flatMap(schema -> schema.columns().stream())
                .map(SchemaReader.Column::settings)
                .toList();
    }

    static void check(TableReader.Draft draft, Problems problems) {
        MaskingRules rules = new MaskingRules(draft, problems);
        rules.checkSecret();
        for (int place = 0; place < rules.columns.size(); place++) {
            ColumnSettings column = rules.columns.get(place);
            if (column.masking().isPresent()) {
                rules.checkColumn(COLUMNS + "[" + place + "]." + Keys.MASKING, column);
            }
        }
        draft.curate().ifPresent(rules::checkUses);
        rules.checkOtherWays();
    }

    private void checkSecret() {
        boolean hashed = columns.stream().anyMatch(column -> column.masking().equals(Optional.of(Masking.HASH)));
        boolean named =
                draft.schema().flatMap(SchemaReader.Draft::maskingSecret).isPresent();
        if (hashed && !named) {
            problems.add(
                    Keys.SCHEMA + "." + Keys.MASKING_SECRET,
                    "Is missing: a hash without a key is undone by hashing guesses.",
                    "Name the secret that holds the key.");
        }
    }

    private void checkColumn(String path, ColumnSettings column) {
        String type = column.type().ddl();
        if (column.masking().equals(Optional.of(Masking.HASH)) && !type.equals("string")) {
            problems.add(
                    path,
                    "A hash is text, and " + column.name() + " is " + type + ".",
                    "Declare the column as string.");
        }
        if (column.masking().equals(Optional.of(Masking.TRUNCATE)) && !TRUNCATED.contains(type)) {
            problems.add(
                    path,
                    "Only text, dates and times can be truncated, and " + column.name() + " is " + type + ".",
                    "Write masking: omit, or declare the column as string and write masking: hash.");
        }
        boolean bookmark = draft.extract()
                .flatMap(extract -> extract.settings().bookmark())
                .filter(settings -> settings.columns().contains(column.sourceName())
                        && column.expression().isEmpty())
                .isPresent();
        if (bookmark) {
            problems.add(
                    path,
                    "Is the bookmark, whose values stand in the ledger: " + column.sourceName() + ".",
                    "Take another column as the bookmark, or leave masking out.");
        }
    }

    private void checkUses(CurateReader.Draft curate) {
        for (Located<String> key : curate.primaryKey()) {
            refuse(
                    key,
                    Set.of(Masking.TRUNCATE, Masking.OMIT),
                    "cannot tell rows apart any more",
                    "Write masking: hash.");
        }
        for (Located<String> partition : curate.partitionBy()) {
            refuse(partition, Set.of(Masking.OMIT), "is not in curated", "Partition by another column.");
        }
        for (Located<String> ordered : Stream.concat(curate.orderBy().stream(), curate.validTime().stream())
                .toList()) {
            refuse(ordered, Set.of(Masking.values()), "has lost its order", "Name another column.");
        }
        curate.quality().forEach(rule -> columns.stream()
                .filter(column ->
                        column.masking().equals(Optional.of(Masking.OMIT)) && mentions(rule.condition(), column.name()))
                .forEach(column -> problems.add(
                        Keys.CURATE + "." + Keys.QUALITY,
                        "Rule " + rule.name() + " is about a column that curated leaves out: " + column.name() + ".",
                        "Leave the rule out, or hash the column.")));
    }

    private void refuse(Located<String> reference, Set<Masking> unfit, String why, String remedy) {
        columns.stream()
                .filter(column -> column.name().equals(reference.value())
                        && column.masking().filter(unfit::contains).isPresent())
                .forEach(column ->
                        problems.add(reference.path(), "Is masked and " + why + ": " + column.name() + ".", remedy));
    }

    /** A source column that one column masks must not come through by another. */
    private void checkOtherWays() {
        List<String> masked = columns.stream()
                .filter(column -> column.masking().isPresent())
                .flatMap(column -> column.expression()
                        .map(expression -> ExpressionColumns.of(expression).stream())
                        .orElseGet(() -> Stream.of(column.sourceName())))
                // A record's place in its file or topic is nobody's.
                .filter(name -> !name.startsWith(Identifiers.OWN_PREFIX))
                .toList();
        for (int place = 0; place < columns.size(); place++) {
            ColumnSettings column = columns.get(place);
            String path = COLUMNS + "[" + place + "]";
            masked.stream()
                    .filter(name -> column.masking().isEmpty() && shows(column, name))
                    .findFirst()
                    .ifPresent(name -> problems.add(
                            path,
                            "Shows source column " + name + ", which another column masks.",
                            "Mask this column too."));
        }
    }

    private static boolean shows(ColumnSettings column, String source) {
        return column.expression()
                .map(expression -> mentions(expression, source))
                // Expressions name columns in any letter case.
                .orElse(column.sourceName().equalsIgnoreCase(source));
    }

    private static boolean mentions(String sql, String name) {
        return Pattern.compile("(?i)(?<!\\w)" + Pattern.quote(name) + "(?!\\w)")
                .matcher(sql)
                .find();
    }
}

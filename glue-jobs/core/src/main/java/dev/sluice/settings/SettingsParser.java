package dev.sluice.settings;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.BiFunction;

/**
 * Reads settings items from a tree of {@code Map<String, ?>}, {@code List<?>}, {@code String}, {@code Number} of any
 * class, {@code Boolean} and {@code null}: what a DynamoDB item and a JSON or YAML file both come down to. Unknown keys
 * are refused, and all problems of an item are reported together. Needs no connection: what only the source can tell
 * is not checked here.
 */
public final class SettingsParser {

    /** The version of the items' shape that this parser reads. */
    public static final int VERSION = 1;

    /** What stands under {@code table} in a source item where the settings store needs the key. */
    public static final String NO_TABLE = "*";

    private SettingsParser() {}

    /** The source item in {@code tree}; throws {@link InvalidSettingsException} where it cannot be used. */
    public static SourceSettings parseSource(Object tree) {
        return parse(tree, ItemKind.SOURCE, SourceReader::read);
    }

    /** The table item in {@code tree}; throws {@link InvalidSettingsException} where it cannot be used. */
    public static TableSettings parseTable(Object tree) {
        return parse(tree, ItemKind.TABLE, TableReader::read);
    }

    /** The view item in {@code tree}; throws {@link InvalidSettingsException} where it cannot be used. */
    public static ViewSettings parseView(Object tree) {
        return parse(tree, ItemKind.VIEW, ViewReader::read);
    }

    /** All problems of the item in {@code tree}, of whichever kind it is; empty where it can be used. */
    public static List<SettingsProblem> check(Object tree) {
        Problems problems = new Problems();
        switch (kindOf(tree)) {
            case SOURCE -> SourceReader.read(tree, problems);
            case TABLE -> TableReader.read(tree, problems);
            case VIEW -> ViewReader.read(tree, problems);
        }
        ItemSize.check(tree, problems);
        return problems.list();
    }

    /**
     * A tree with a {@code view} is a view item, one with a {@code table} other than {@value #NO_TABLE} a table item, every
     * other one a source item.
     */
    public static ItemKind kindOf(Object tree) {
        if (tree instanceof Map<?, ?> item && item.containsKey(Keys.VIEW)) {
            return ItemKind.VIEW;
        }
        return tree instanceof Map<?, ?> item && item.containsKey(Keys.TABLE) && !NO_TABLE.equals(item.get(Keys.TABLE))
                ? ItemKind.TABLE
                : ItemKind.SOURCE;
    }

    /** What the item in {@code tree} is registered under, without reading the rest; empty where that is not given. */
    public static Optional<ItemName> nameOf(Object tree) {
        if (!(tree instanceof Map<?, ?> item) || !(item.get(Keys.SOURCE) instanceof String source) || !names(source)) {
            return Optional.empty();
        }
        ItemKind kind = kindOf(tree);
        if (kind == ItemKind.SOURCE) {
            return Optional.of(new ItemName(source, Optional.empty()));
        }
        return item.get(kind == ItemKind.VIEW ? Keys.VIEW : Keys.TABLE) instanceof String table && names(table)
                ? Optional.of(new ItemName(source, Optional.of(table)))
                : Optional.empty();
    }

    private static boolean names(String text) {
        return !text.isBlank() && !text.contains("/");
    }

    private static <T> T parse(Object tree, ItemKind kind, BiFunction<Object, Problems, Optional<T>> reader) {
        Problems problems = new Problems();
        Optional<T> item = Optional.empty();
        if (tree instanceof Map && kindOf(tree) != kind) {
            String wanted = Words.of(kind);
            problems.add(
                    kind == ItemKind.VIEW ? Keys.VIEW : Keys.TABLE,
                    switch (kind) {
                        case SOURCE -> "A source item has no table.";
                        case TABLE -> "Is missing: a table item was expected.";
                        case VIEW -> "Is missing: a view item was expected.";
                    },
                    "Give a " + wanted + " item here.");
        } else {
            item = reader.apply(tree, problems);
            ItemSize.check(tree, problems);
        }
        List<SettingsProblem> found = problems.list();
        if (!found.isEmpty()) {
            throw new InvalidSettingsException(described(tree, kind), found);
        }
        return item.orElseThrow(() -> new IllegalStateException("Read no item and found no problem"));
    }

    private static String described(Object tree, ItemKind kind) {
        String noun = Words.of(kind);
        return nameOf(tree).map(name -> noun + " " + name).orElse("a " + noun + " item without a name");
    }
}

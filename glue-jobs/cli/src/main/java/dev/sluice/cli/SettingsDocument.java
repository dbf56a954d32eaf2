package dev.sluice.cli;

import dev.sluice.settings.ItemKind;
import dev.sluice.settings.ItemName;
import dev.sluice.settings.SettingsParser;
import dev.sluice.settings.SettingsProblem;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * One item as it stands in a file.
 *
 * @param file the file
 * @param number which of the file's items, 1 for the first
 * @param tree the item as maps, lists and scalars; empty where the file could not be read
 * @param problems why it cannot be used; empty where it can
 */
record SettingsDocument(Path file, int number, Optional<Object> tree, List<SettingsProblem> problems) {

    SettingsDocument {
        Objects.requireNonNull(file, "file");
        Objects.requireNonNull(tree, "tree");
        problems = List.copyOf(problems);
    }

    /** An item that was read, checked. */
    static SettingsDocument of(Path file, int number, Object tree) {
        return new SettingsDocument(file, number, Optional.ofNullable(tree), SettingsParser.check(tree));
    }

    /** A file that holds nothing readable. */
    static SettingsDocument unreadable(Path file, String message, String remedy) {
        return new SettingsDocument(file, 1, Optional.empty(), List.of(new SettingsProblem("", message, remedy)));
    }

    /** The same with what only the tables of a view can tell. */
    SettingsDocument with(List<SettingsProblem> more) {
        return new SettingsDocument(
                file,
                number,
                tree,
                Stream.concat(problems.stream(), more.stream()).toList());
    }

    boolean valid() {
        return problems.isEmpty();
    }

    Optional<ItemName> name() {
        return tree.flatMap(SettingsParser::nameOf);
    }

    Optional<ItemKind> kind() {
        return tree.map(SettingsParser::kindOf);
    }

    /** {@code table shop/orders}, or the place in the file where it has no name. */
    String label() {
        String noun = kind().map(kind -> kind.name().toLowerCase(Locale.ROOT)).orElse("file");
        return name().map(name -> noun + " " + name).orElse(noun + " item " + number);
    }
}

package dev.sluice.cli;

import dev.sluice.ErrorCode;
import dev.sluice.SluiceException;
import dev.sluice.settings.SettingsStore;
import dev.sluice.settings.TableName;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import picocli.CommandLine.Parameters;

/** Which tables a command is about: all, those of a source, or single ones. */
final class TableSelection {

    @Parameters(paramLabel = "SOURCE[/TABLE]", arity = "0..*", description = "Sources or tables; default all.")
    private List<String> names = new ArrayList<>();

    /** The registered tables that the arguments name, sorted, each once; all without any. */
    List<TableName> of(SettingsStore settings) {
        Set<TableName> tables = new TreeSet<>();
        for (String argument : names.isEmpty() ? settings.sources() : names) {
            if (argument.contains("/")) {
                tables.add(single(settings, argument));
            } else {
                List<TableName> found = settings.tables(argument);
                if (found.isEmpty() && settings.findSource(argument).isEmpty()) {
                    throw new SluiceException(
                            ErrorCode.SETTINGS_MISSING,
                            "Cannot find source " + argument + ": it is not registered. Registered are "
                                    + listed(settings.sources()) + ". Use sluice register.");
                }
                tables.addAll(found);
            }
        }
        return new ArrayList<>(tables);
    }

    /** The same for a later run of one command: a table that is named and no longer registered is left to fail by itself. */
    List<TableName> asOfNow(SettingsStore settings) {
        Set<TableName> tables = new TreeSet<>();
        for (String argument : names.isEmpty() ? settings.sources() : names) {
            tables.addAll(argument.contains("/") ? List.of(parse(argument)) : settings.tables(argument));
        }
        return new ArrayList<>(tables);
    }

    /** Whether a table is named itself, not just its source. */
    boolean names(TableName table) {
        return names.contains(table.toString());
    }

    /** The one table of that name, which must be registered. */
    static TableName single(SettingsStore settings, String argument) {
        TableName name = parse(argument);
        List<TableName> registered = settings.tables(name.source());
        if (!registered.contains(name)) {
            if (settings.views(name.source()).contains(name)) {
                throw new SluiceException(
                        ErrorCode.REQUEST_INVALID,
                        "Cannot take " + name + " for a table: it is a view. Show its rows with 'sluice view " + name
                                + "'");
            }
            throw new SluiceException(
                    ErrorCode.SETTINGS_MISSING,
                    "Cannot find table " + name + ": it is not registered. Registered for " + name.source() + " are "
                            + listed(registered.stream().map(TableName::table).toList())
                            + ". Use sluice register.");
        }
        return name;
    }

    /** Reads {@code SOURCE/TABLE} as it stands on a command line. */
    static TableName parse(String argument) {
        try {
            return TableName.parse(argument);
        } catch (IllegalArgumentException failure) {
            throw new SluiceException(
                    ErrorCode.REQUEST_INVALID,
                    "Cannot read the table's name: " + argument + ". It has the form SOURCE/TABLE, like shop/orders.",
                    failure);
        }
    }

    private static String listed(List<String> names) {
        return names.isEmpty() ? "none" : String.join(", ", names);
    }
}

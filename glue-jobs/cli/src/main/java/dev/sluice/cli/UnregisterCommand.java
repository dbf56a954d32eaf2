package dev.sluice.cli;

import dev.sluice.ErrorCode;
import dev.sluice.SluiceException;
import dev.sluice.run.Platform;
import dev.sluice.settings.SettingsStore;
import dev.sluice.settings.TableName;
import dev.sluice.settings.ViewSettings;
import dev.sluice.view.Definitions;
import java.util.List;
import java.util.stream.Collectors;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

/** Takes views out of the settings store, all or, where one may not go, none. */
@Command(
        name = "unregister",
        description =
                "Take views out of the settings. The next run of their source takes them out of the catalog. Tables and"
                        + " sources stay: their data would be left without an owner.",
        footer = {"  sluice unregister shop/invoices"})
final class UnregisterCommand extends SluiceCommand {

    @Parameters(paramLabel = "SOURCE/VIEW", arity = "1..*", description = "The views.")
    private List<String> names;

    @Override
    Answer answer() {
        List<TableName> views =
                names.stream().map(TableSelection::parse).distinct().toList();
        try (Platform platform = Lakes.open(options())) {
            SettingsStore settings = platform.settings();
            views.forEach(view -> requireView(settings, view));
            requireUnread(settings, views);
            views.forEach(settings::removeView);
            List<String> removed = views.stream().map(TableName::toString).toList();
            return new Answer(
                    ExitCode.OK,
                    new Fields().add("unregistered", removed).map(),
                    removed.stream()
                            .map(name -> "unregistered " + name + System.lineSeparator())
                            .collect(Collectors.joining()));
        }
    }

    private static void requireView(SettingsStore settings, TableName name) {
        if (!settings.views(name.source()).contains(name)) {
            throw new SluiceException(
                    ErrorCode.SETTINGS_MISSING,
                    "Cannot unregister " + name + ": no view of that name is registered. Registered for "
                            + name.source() + " are " + settings.views(name.source()) + ".");
        }
    }

    private static void requireUnread(SettingsStore settings, List<TableName> views) {
        List<String> readers = Definitions.of(settings).readersOf(views).stream()
                .map(ViewSettings::name)
                .filter(reader -> !views.contains(reader))
                .map(TableName::toString)
                .toList();
        if (!readers.isEmpty()) {
            throw new SluiceException(
                    ErrorCode.REQUEST_INVALID,
                    "Cannot unregister " + views + ": " + String.join(", ", readers)
                            + " would be left without what it reads. Unregister that as well, or change it first.");
        }
    }
}

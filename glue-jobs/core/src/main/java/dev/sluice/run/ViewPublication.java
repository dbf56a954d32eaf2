package dev.sluice.run;

import dev.sluice.ErrorCode;
import dev.sluice.SluiceException;
import dev.sluice.catalog.CatalogPublisher;
import dev.sluice.settings.SettingsProblem;
import dev.sluice.settings.TableName;
import dev.sluice.settings.ViewSettings;
import dev.sluice.view.Definitions;
import dev.sluice.view.ViewCheck;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * Brings the catalog's views of a source to what is registered. Needs no lease: it writes what the settings say, so two runs
 * at once write the same, and the last of several that saw different settings is followed by a run that sees the newest.
 */
final class ViewPublication {

    private final Platform platform;
    private final String runId;

    ViewPublication(Platform platform, String runId) {
        this.platform = Objects.requireNonNull(platform, "platform");
        this.runId = Objects.requireNonNull(runId, "runId");
    }

    /** What was changed or failed; nothing is said of a view that the catalog shows already. Throws nothing. */
    List<ViewOutcome> publish(String source) {
        List<ViewOutcome> outcomes = new ArrayList<>();
        TableName all = new TableName(source, "*");
        try {
            List<TableName> registered = platform.settings().views(source);
            CatalogPublisher catalog = platform.catalog();
            registered.forEach(view -> publish(catalog, view).ifPresent(outcomes::add));
            catalog.removeViewsExcept(source, new HashSet<>(registered))
                    .forEach(view -> outcomes.add(new ViewOutcome(view, ViewOutcome.Status.REMOVED, Optional.empty())));
        } catch (RuntimeException failure) {
            outcomes.add(failed(all, failure));
        }
        return outcomes;
    }

    private Optional<ViewOutcome> publish(CatalogPublisher catalog, TableName name) {
        try {
            Optional<ViewSettings> view = platform.settings().findView(name);
            if (view.isEmpty() || catalog.shows(view.get())) {
                return Optional.empty();
            }
            requireUsable(view.get());
            catalog.publish(view.get());
            return Optional.of(new ViewOutcome(name, ViewOutcome.Status.PUBLISHED, Optional.empty()));
        } catch (RuntimeException | LinkageError failure) {
            // The check asks Catalyst, whose inner parts another build of Spark may have otherwise: no reason to end
            // the run.
            return Optional.of(failed(name, failure));
        }
    }

    /** An item may have been written by hand, and a table may have changed since it was registered. */
    private void requireUsable(ViewSettings view) {
        List<SettingsProblem> problems =
                new ViewCheck(Definitions.of(platform.settings())).check(view).problems();
        if (!problems.isEmpty()) {
            throw new SluiceException(
                    ErrorCode.SETTINGS_INVALID,
                    "Cannot publish view " + view.name() + ": it does not fit what is registered."
                            + problems.stream().map(problem -> "\n- " + problem).collect(Collectors.joining()));
        }
    }

    private ViewOutcome failed(TableName view, Throwable failure) {
        return new ViewOutcome(
                view,
                ViewOutcome.Status.FAILED,
                Optional.of(Failures.of(view, failure, runId, platform.clock().instant())));
    }
}

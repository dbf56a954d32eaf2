package dev.sluice.view;

import dev.sluice.settings.SettingsStore;
import dev.sluice.settings.TableName;
import dev.sluice.settings.TableSettings;
import dev.sluice.settings.ViewSettings;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Collectors;

/** The tables and views that views are checked against: those at hand, before what is registered under the same names. */
public final class Definitions {

    private final Map<TableName, TableSettings> tables;
    private final Map<TableName, ViewSettings> views;
    private final Optional<SettingsStore> registered;

    private Definitions(
            Collection<TableSettings> tables, Collection<ViewSettings> views, Optional<SettingsStore> registered) {
        this.tables = tables.stream().collect(Collectors.toMap(TableSettings::name, Function.identity()));
        this.views = views.stream().collect(Collectors.toMap(ViewSettings::name, Function.identity()));
        this.registered = registered;
    }

    /** What is at hand alone; a table that is not may well be registered. */
    public static Definitions of(Collection<TableSettings> tables, Collection<ViewSettings> views) {
        return new Definitions(tables, views, Optional.empty());
    }

    /** What is at hand and what is registered. */
    public static Definitions of(
            Collection<TableSettings> tables, Collection<ViewSettings> views, SettingsStore registered) {
        return new Definitions(tables, views, Optional.of(Objects.requireNonNull(registered, "registered")));
    }

    /** What is registered. */
    public static Definitions of(SettingsStore registered) {
        return of(List.of(), List.of(), registered);
    }

    /** Whether a table or view that is not found does not exist. */
    boolean areComplete() {
        return registered.isPresent();
    }

    /** The view of that name; throws {@code SETTINGS_INVALID} where its registered item cannot be used. */
    public Optional<ViewSettings> findView(TableName name) {
        if (views.containsKey(name)) {
            return Optional.of(views.get(name));
        }
        return tables.containsKey(name) ? Optional.empty() : registered.flatMap(store -> store.findView(name));
    }

    /** What a view finds under that name; throws {@code SETTINGS_INVALID} where the registered item cannot be used. */
    Optional<Readable> find(TableName name) {
        Optional<TableSettings> table = Optional.ofNullable(tables.get(name));
        if (table.isPresent()) {
            return table.map(Readable::of);
        }
        return findView(name)
                .map(Readable::of)
                .or(() -> registered.flatMap(store -> store.findTable(name)).map(Readable::of));
    }

    /**
     * The registered views, not at hand themselves, that read something of these names. Throws {@code SETTINGS_INVALID}
     * where a view's item cannot be used.
     */
    public List<ViewSettings> readersOf(Collection<TableName> names) {
        List<ViewSettings> readers = new ArrayList<>();
        registered.ifPresent(store -> store.sources().stream()
                .flatMap(source -> store.views(source).stream())
                .filter(view -> !views.containsKey(view))
                .flatMap(view -> store.findView(view).stream())
                .filter(view -> view.tables().stream().anyMatch(names::contains))
                .forEach(readers::add));
        return readers;
    }

    /** The way from a view back to itself; empty where there is none. */
    Optional<List<TableName>> findCycle(ViewSettings view) {
        return findWay(view, view.name(), new LinkedHashSet<>());
    }

    private Optional<List<TableName>> findWay(ViewSettings from, TableName to, Set<TableName> passed) {
        if (!passed.add(from.name())) {
            return Optional.empty();
        }
        for (TableName next : from.tables()) {
            if (next.equals(to)) {
                List<TableName> way = new ArrayList<>(passed);
                way.add(to);
                return Optional.of(way);
            }
            Optional<List<TableName>> way = findView(next).flatMap(view -> findWay(view, to, passed));
            if (way.isPresent()) {
                return way;
            }
        }
        passed.remove(from.name());
        return Optional.empty();
    }
}

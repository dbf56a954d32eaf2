package dev.sluice.testing;

import dev.sluice.ErrorCode;
import dev.sluice.SluiceException;
import dev.sluice.settings.SettingsStore;
import dev.sluice.settings.SourceSettings;
import dev.sluice.settings.TableName;
import dev.sluice.settings.TableSettings;
import dev.sluice.settings.ViewSettings;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentSkipListMap;

/** A settings store in this process. */
public final class InMemorySettingsStore implements SettingsStore {

    private final Map<String, SourceSettings> sources = new ConcurrentSkipListMap<>();
    private final Map<TableName, TableSettings> tables = new ConcurrentSkipListMap<>();
    private final Map<TableName, ViewSettings> views = new ConcurrentSkipListMap<>();

    @Override
    public Optional<SourceSettings> findSource(String source) {
        return Optional.ofNullable(sources.get(source));
    }

    @Override
    public Optional<TableSettings> findTable(TableName name) {
        return Optional.ofNullable(tables.get(name));
    }

    @Override
    public List<String> sources() {
        return List.copyOf(sources.keySet());
    }

    @Override
    public List<TableName> tables(String source) {
        return tables.keySet().stream()
                .filter(table -> table.source().equals(source))
                .toList();
    }

    @Override
    public void register(SourceSettings source, Existing existing) {
        put(sources, source.source(), source, existing);
    }

    @Override
    public Optional<ViewSettings> findView(TableName name) {
        return Optional.ofNullable(views.get(name));
    }

    @Override
    public List<TableName> views(String source) {
        return views.keySet().stream()
                .filter(view -> view.source().equals(source))
                .toList();
    }

    @Override
    public void register(ViewSettings view, Existing existing) {
        refuseOtherKind(tables, view.name());
        put(views, view.name(), view, existing);
    }

    @Override
    public void removeView(TableName name) {
        if (views.remove(name) == null) {
            throw new SluiceException(
                    ErrorCode.SETTINGS_MISSING, "Cannot remove view " + name + ": no view of that name is registered");
        }
    }

    private static void refuseOtherKind(Map<TableName, ?> others, TableName name) {
        if (others.containsKey(name)) {
            throw new SluiceException(
                    ErrorCode.SETTINGS_EXIST,
                    "Cannot register " + name + ": an item of another kind has that name. Choose another");
        }
    }

    @Override
    public void register(TableSettings table, Existing existing) {
        refuseOtherKind(views, table.name());
        put(tables, table.name(), table, existing);
    }

    private static <K, V> void put(Map<K, V> items, K name, V item, Existing existing) {
        if (existing == Existing.REPLACE) {
            items.put(name, item);
        } else if (items.putIfAbsent(name, item) != null) {
            throw new SluiceException(
                    ErrorCode.SETTINGS_EXIST,
                    "Cannot register " + name + ": an item of that name is registered. Use --replace to change it");
        }
    }
}

package dev.sluice.aws.dynamodb;

import dev.sluice.ErrorCode;
import dev.sluice.SluiceException;
import dev.sluice.aws.dynamodb.ItemTable.Order;
import dev.sluice.aws.dynamodb.ItemTable.Write;
import dev.sluice.settings.SettingsParser;
import dev.sluice.settings.SettingsStore;
import dev.sluice.settings.SettingsWriter;
import dev.sluice.settings.SourceSettings;
import dev.sluice.settings.TableName;
import dev.sluice.settings.TableSettings;
import dev.sluice.settings.ViewSettings;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Predicate;
import software.amazon.awssdk.services.dynamodb.DynamoDbClient;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;

/**
 * Settings in one DynamoDB table with hash key {@code source} and range key {@code table}; a source item has {@code *}
 * for its table, a view item its view's name, so that a view and a table of one source never share a name. An item is the same tree as a settings file. Items that were edited in the console are checked when they
 * are read.
 */
public final class DynamoDbSettingsStore implements SettingsStore {

    private static final String SOURCE = "source";
    private static final String TABLE = "table";
    private static final String VIEW = "view";

    private final ItemTable items;

    /**
     * @param client reaches DynamoDB; stays the caller's to close
     * @param tableName the DynamoDB table
     */
    public DynamoDbSettingsStore(DynamoDbClient client, String tableName) {
        this.items = new ItemTable(client, tableName, SOURCE, TABLE);
    }

    /** Creates the DynamoDB table unless it is there: for one machine; on AWS it is infrastructure. */
    public void createTableIfAbsent() {
        items.createIfAbsent();
    }

    @Override
    public Optional<SourceSettings> findSource(String source) {
        return items.find(source, SettingsParser.NO_TABLE)
                .map(AttributeTree::tree)
                .map(SettingsParser::parseSource);
    }

    @Override
    public Optional<TableSettings> findTable(TableName name) {
        return items.find(name.source(), name.table())
                .filter(item -> !item.containsKey(VIEW))
                .map(AttributeTree::tree)
                .map(SettingsParser::parseTable);
    }

    @Override
    public List<String> sources() {
        return items.hashKeys(SettingsParser.NO_TABLE).stream().sorted().toList();
    }

    @Override
    public List<TableName> tables(String source) {
        return names(source, item -> !item.containsKey(VIEW));
    }

    private List<TableName> names(String source, Predicate<Map<String, AttributeValue>> wanted) {
        return items.query(source, "", Order.ASCENDING, Integer.MAX_VALUE).stream()
                .filter(wanted)
                .map(item -> item.get(TABLE).s())
                .filter(table -> !table.equals(SettingsParser.NO_TABLE))
                .map(table -> new TableName(source, table))
                .sorted()
                .toList();
    }

    @Override
    public void register(SourceSettings source, Existing existing) {
        Map<String, Object> tree = new LinkedHashMap<>(SettingsWriter.write(source));
        tree.put(TABLE, SettingsParser.NO_TABLE);
        put("source " + source.source(), tree, existing, new Expression());
    }

    @Override
    public void register(TableSettings table, Existing existing) {
        put("table " + table.name(), SettingsWriter.write(table), existing, new Expression().whereAbsent(VIEW));
    }

    @Override
    public Optional<ViewSettings> findView(TableName name) {
        return items.find(name.source(), name.table())
                .filter(item -> item.containsKey(VIEW))
                .map(AttributeTree::tree)
                .map(SettingsParser::parseView);
    }

    @Override
    public List<TableName> views(String source) {
        return names(source, item -> item.containsKey(VIEW));
    }

    @Override
    public void register(ViewSettings view, Existing existing) {
        Map<String, Object> tree = new LinkedHashMap<>(SettingsWriter.write(view));
        tree.put(TABLE, view.name().table());
        put("view " + view.name(), tree, existing, new Expression().whereAbsentOrPresent(TABLE, VIEW));
    }

    @Override
    public void removeView(TableName name) {
        if (items.delete(name.source(), name.table(), new Expression().wherePresent(VIEW)) == Write.REFUSED) {
            throw new SluiceException(
                    ErrorCode.SETTINGS_MISSING,
                    "Cannot remove view " + name + ": no view of that name is in DynamoDB table " + items.name()
                            + ". Look it up with 'sluice views'.");
        }
    }

    private void put(String what, Map<String, Object> tree, Existing existing, Expression condition) {
        if (existing == Existing.REFUSE) {
            condition.whereAbsent(TABLE);
        }
        if (items.put(AttributeTree.item(tree), condition) == Write.REFUSED) {
            throw new SluiceException(
                    ErrorCode.SETTINGS_EXIST,
                    "Cannot register " + what + ": an item of that name is in DynamoDB table " + items.name()
                            + " already. "
                            + (existing == Existing.REFUSE
                                    ? "Compare the two, then register again with --replace."
                                    : "It is of another kind, and a table and a view do not share a name: choose another."));
        }
    }
}

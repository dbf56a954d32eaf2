package dev.sluice.view;

import dev.sluice.settings.InvalidSettingsException;
import dev.sluice.settings.SettingsProblem;
import dev.sluice.settings.TableName;
import dev.sluice.settings.ViewSettings;
import dev.sluice.settings.Words;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import org.apache.hadoop.conf.Configuration;
import org.apache.spark.SparkConf;
import org.apache.spark.sql.AnalysisException;
import org.apache.spark.sql.catalyst.analysis.Analyzer;
import org.apache.spark.sql.catalyst.analysis.FunctionRegistry$;
import org.apache.spark.sql.catalyst.analysis.UnresolvedAttribute;
import org.apache.spark.sql.catalyst.catalog.InMemoryCatalog;
import org.apache.spark.sql.catalyst.catalog.SessionCatalog;
import org.apache.spark.sql.catalyst.expressions.Expression;
import org.apache.spark.sql.catalyst.parser.CatalystSqlParser$;
import org.apache.spark.sql.catalyst.parser.ParseException;
import org.apache.spark.sql.catalyst.plans.logical.LogicalPlan;
import org.apache.spark.sql.connector.catalog.CatalogManager;
import org.apache.spark.sql.internal.SQLConf;
import scala.collection.JavaConverters;
import scala.runtime.AbstractFunction0;

/**
 * Whether a view can be used: its SELECT is one that Spark and Athena understand alike, it fits the tables it reads, and it
 * yields the columns it declares. Starts no Spark session: Catalyst types the SELECT against tables without rows.
 */
public final class ViewCheck {

    static final String SQL = "sql";
    static final String TABLES = "tables";
    static final String COLUMNS = "columns";

    private final Definitions definitions;

    public ViewCheck(Definitions definitions) {
        this.definitions = definitions;
    }

    /**
     * @param problems why the view cannot be used, all that could be found; empty where it can
     * @param notes what a person should know
     * @param unknown tables that are not at hand, so that nothing was said of columns and types
     */
    public record Findings(List<SettingsProblem> problems, List<String> notes, List<TableName> unknown) {
        public Findings {
            problems = List.copyOf(problems);
            notes = List.copyOf(notes);
            unknown = List.copyOf(unknown);
        }
    }

    /** Checks one view. */
    public Findings check(ViewSettings view) {
        List<SettingsProblem> problems = new ArrayList<>();
        List<TableName> unknown = new ArrayList<>();
        Map<String, Readable> readable = readable(view, problems, unknown);
        List<SettingsProblem> wording = Wording.problems(view.sql());
        problems.addAll(wording);
        Optional<LogicalPlan> parsed = parsed(view, problems, wording.isEmpty());
        List<String> notes = new ArrayList<>();
        parsed.ifPresent(plan -> {
            List<SettingsProblem> syntax = Syntax.problems(view, plan);
            problems.addAll(syntax);
            if (readable.size() == view.tables().size()) {
                analyze(view, plan, readable, problems, notes, wording.isEmpty() && syntax.isEmpty());
            }
        });
        return new Findings(problems, notes, unknown);
    }

    private Map<String, Readable> readable(ViewSettings view, List<SettingsProblem> problems, List<TableName> unknown) {
        Map<String, Readable> readable = new HashMap<>();
        for (int i = 0; i < view.tables().size(); i++) {
            TableName name = view.tables().get(i);
            String path = TABLES + "[" + i + "]";
            try {
                Optional<Readable> found = definitions.find(name);
                if (found.isPresent()) {
                    readable.put(ViewSql.written(name), found.get());
                } else if (definitions.areComplete()) {
                    problems.add(new SettingsProblem(
                            path,
                            "Is neither a table nor a view that is registered: " + name + ".",
                            "Correct the name, or register it first or together with the view."));
                } else {
                    unknown.add(name);
                }
            } catch (InvalidSettingsException unusable) {
                problems.add(new SettingsProblem(
                        path, "Has an item that cannot be used: " + name + ".", "Correct that item: sluice validate."));
            }
        }
        try {
            definitions
                    .findCycle(view)
                    .ifPresent(way -> problems.add(new SettingsProblem(
                            TABLES,
                            "Leads back to the view itself: "
                                    + way.stream().map(TableName::toString).collect(Collectors.joining(" reads "))
                                    + ".",
                            "Take one of them out.")));
        } catch (InvalidSettingsException unusable) {
            problems.add(new SettingsProblem(
                    TABLES, "Rests on a view whose item cannot be used.", "Correct it: " + unusable.getMessage()));
        }
        return readable;
    }

    private static Optional<LogicalPlan> parsed(
            ViewSettings view, List<SettingsProblem> problems, boolean otherwiseWell) {
        try {
            return Optional.of(configured(() -> CatalystSqlParser$.MODULE$.parsePlan(view.sql())));
        } catch (RuntimeException failure) {
            if (!(failure.getCause() instanceof ParseException)) {
                throw failure;
            }
            // What was found in the wording is most likely why.
            if (otherwiseWell) {
                problems.add(new SettingsProblem(
                        SQL,
                        "Cannot be read as a SELECT: "
                                + first(failure.getCause().getMessage()),
                        "Correct the SQL."));
            }
            return Optional.empty();
        }
    }

    private static void analyze(
            ViewSettings view,
            LogicalPlan parsed,
            Map<String, Readable> readable,
            List<SettingsProblem> problems,
            List<String> notes,
            boolean otherwiseWell) {
        try {
            configured(() -> {
                Analyzer analyzer = new Analyzer(new CatalogManager(
                        new EmptyCatalog(readable),
                        new SessionCatalog(
                                new InMemoryCatalog(new SparkConf(false), new Configuration(false)),
                                FunctionRegistry$.MODULE$.builtin())));
                LogicalPlan plan = analyzer.execute(parsed);
                List<SettingsProblem> columns = unknownColumns(plan, readable);
                problems.addAll(columns);
                if (columns.isEmpty()) {
                    analyzer.checkAnalysis(plan);
                    Typing typing = new Typing(view, plan);
                    problems.addAll(typing.problems());
                    notes.addAll(typing.notes());
                }
                return plan;
            });
        } catch (RuntimeException failure) {
            if (!(failure.getCause() instanceof AnalysisException)) {
                throw failure;
            }
            // What Athena would not know either may be why; it is named already.
            if (otherwiseWell) {
                problems.add(new SettingsProblem(
                        SQL,
                        "Does not fit its tables: " + first(failure.getCause().getMessage()),
                        "Correct the SQL."));
            }
        }
    }

    /** Columns that nothing has, where what is read there is known. */
    private static List<SettingsProblem> unknownColumns(LogicalPlan plan, Map<String, Readable> readable) {
        Set<SettingsProblem> found = new LinkedHashSet<>();
        for (LogicalPlan part : PlanTree.plans(plan)) {
            List<LogicalPlan> below = PlanTree.children(part);
            if (below.isEmpty() || !below.stream().allMatch(LogicalPlan::resolved)) {
                continue;
            }
            List<String> known = below.stream()
                    .flatMap(child -> JavaConverters.seqAsJavaList(child.output()).stream())
                    .map(attribute -> attribute.name())
                    .distinct()
                    .toList();
            for (Expression expression : PlanTree.expressions(part)) {
                if (expression instanceof UnresolvedAttribute attribute) {
                    found.add(unknownColumn(attribute, known, readable));
                }
            }
        }
        return List.copyOf(found);
    }

    private static SettingsProblem unknownColumn(
            UnresolvedAttribute attribute, List<String> known, Map<String, Readable> readable) {
        List<String> parts = JavaConverters.seqAsJavaList(attribute.nameParts());
        String column = parts.get(parts.size() - 1).toLowerCase(Locale.ROOT);
        String line = PlanTree.line(attribute);
        Optional<Readable> leftOut = readable.values().stream()
                .filter(table -> table.leftOut().contains(column))
                .findFirst();
        if (leftOut.isPresent()) {
            return new SettingsProblem(
                    SQL,
                    line + "Reads a column that curated does not have: " + column + " of "
                            + leftOut.get().name() + " is left out by masking: omit.",
                    "Take it out of the SELECT; what is left out is in raw alone.");
        }
        return new SettingsProblem(
                SQL,
                line + "Reads a column that nothing there has: " + String.join(".", parts) + ".",
                Words.nearest(column, known)
                        .map(near -> "Did you mean " + near + "?")
                        .orElse(
                                "Name a column of schema.columns of the tables that are read, by name and not by source."));
    }

    /**
     * Runs Catalyst as a view is read: errors in place of silent NULLs, as Athena has them, and no name where Athena would
     * not know it. Its checked exceptions, which Scala does not declare, come as the cause of another.
     */
    private static LogicalPlan configured(Supplier<LogicalPlan> work) {
        SQLConf conf = new SQLConf();
        conf.setConfString("spark.sql.ansi.enabled", "true");
        conf.setConfString("spark.sql.session.timeZone", "UTC");
        conf.setConfString("spark.sql.groupByAliases", "false");
        conf.setConfString("spark.sql.lateralColumnAlias.enableImplicitResolution", "false");
        try {
            return SQLConf.withExistingConf(conf, new AbstractFunction0<LogicalPlan>() {
                @Override
                public LogicalPlan apply() {
                    return work.get();
                }
            });
        } catch (Exception failure) {
            if (failure instanceof AnalysisException) {
                throw new IllegalArgumentException("Catalyst refuses the SELECT", failure);
            }
            throw failure;
        }
    }

    /** What Catalyst says first; more lines show the SQL. */
    private static String first(String message) {
        return message.strip()
                .split("\\R", 2)[0]
                .replaceFirst("^\\[[A-Z_.]+] *", "")
                .replaceFirst("[.;:]* *$", ".");
    }
}

package dev.sluice.view;

import dev.sluice.settings.SettingsProblem;
import dev.sluice.settings.TableName;
import dev.sluice.settings.ViewSettings;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashSet;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.apache.spark.sql.catalyst.analysis.UnresolvedAttribute;
import org.apache.spark.sql.catalyst.analysis.UnresolvedFunction;
import org.apache.spark.sql.catalyst.analysis.UnresolvedHaving;
import org.apache.spark.sql.catalyst.analysis.UnresolvedRelation;
import org.apache.spark.sql.catalyst.analysis.UnresolvedStar;
import org.apache.spark.sql.catalyst.expressions.Alias;
import org.apache.spark.sql.catalyst.expressions.Expression;
import org.apache.spark.sql.catalyst.expressions.Literal;
import org.apache.spark.sql.catalyst.plans.logical.Aggregate;
import org.apache.spark.sql.catalyst.plans.logical.GlobalLimit;
import org.apache.spark.sql.catalyst.plans.logical.Join;
import org.apache.spark.sql.catalyst.plans.logical.LocalLimit;
import org.apache.spark.sql.catalyst.plans.logical.LogicalPlan;
import org.apache.spark.sql.catalyst.plans.logical.Sort;
import org.apache.spark.sql.catalyst.plans.logical.SubqueryAlias;
import org.apache.spark.sql.catalyst.plans.logical.UnresolvedWith;
import scala.collection.JavaConverters;

/** What a parsed SELECT consists of: only what Spark and Athena both have, and only the tables that the item lists. */
final class Syntax {

    private static final Set<String> PLANS = Set.of(
            "Project",
            "Filter",
            "Join",
            "Aggregate",
            "SubqueryAlias",
            "UnresolvedRelation",
            "UnresolvedWith",
            "UnresolvedHaving",
            "Sort",
            "GlobalLimit",
            "LocalLimit",
            "Distinct",
            "Union",
            "Intersect",
            "Except",
            "WithWindowDefinition",
            "OneRowRelation",
            "UnresolvedSubqueryColumnAliases");

    private static final Set<String> EXPRESSIONS = Set.of(
            "UnresolvedAttribute",
            "UnresolvedFunction",
            "UnresolvedAlias",
            "Alias",
            "Literal",
            "Cast",
            "Add",
            "Subtract",
            "Multiply",
            "Divide",
            "Remainder",
            "UnaryMinus",
            "UnaryPositive",
            "EqualTo",
            "EqualNullSafe",
            "Not",
            "And",
            "Or",
            "LessThan",
            "LessThanOrEqual",
            "GreaterThan",
            "GreaterThanOrEqual",
            "IsNull",
            "IsNotNull",
            "In",
            "InSubquery",
            "ListQuery",
            "Exists",
            "ScalarSubquery",
            "CaseWhen",
            "Like",
            "WindowExpression",
            "WindowSpecDefinition",
            "WindowSpecReference",
            "UnresolvedWindowExpression",
            "SpecifiedWindowFrame",
            "UnspecifiedFrame$",
            "UnboundedPreceding$",
            "UnboundedFollowing$",
            "CurrentRow$",
            "SortOrder",
            "Concat",
            "StringTrim",
            "StringTrimLeft",
            "StringTrimRight",
            "Substring",
            "StringLocate",
            "CurrentDate",
            "Rollup",
            "Cube",
            "GroupingSets");

    private static final Set<String> JOINS = Set.of("Inner", "Cross", "LeftOuter", "RightOuter", "FullOuter");

    /** With the least and the most arguments that both engines take and understand alike. */
    private static final Map<String, int[]> FUNCTIONS = Stream.of(
                    "count 1 1",
                    "sum 1 1",
                    "avg 1 1",
                    "min 1 1",
                    "max 1 1",
                    "stddev 1 1",
                    "stddev_pop 1 1",
                    "stddev_samp 1 1",
                    "variance 1 1",
                    "var_pop 1 1",
                    "var_samp 1 1",
                    "corr 2 2",
                    "bool_and 1 1",
                    "bool_or 1 1",
                    "row_number 0 0",
                    "rank 0 0",
                    "dense_rank 0 0",
                    "percent_rank 0 0",
                    "cume_dist 0 0",
                    "ntile 1 1",
                    "lag 1 3",
                    "lead 1 3",
                    "first_value 1 1",
                    "last_value 1 1",
                    "nth_value 2 2",
                    "coalesce 2 99",
                    "nullif 2 2",
                    "abs 1 1",
                    "ceil 1 1",
                    "ceiling 1 1",
                    "floor 1 1",
                    "round 1 2",
                    "mod 2 2",
                    "power 2 2",
                    "pow 2 2",
                    "sqrt 1 1",
                    "exp 1 1",
                    "ln 1 1",
                    "log10 1 1",
                    "lower 1 1",
                    "upper 1 1",
                    "length 1 1",
                    "concat 2 99",
                    "replace 3 3",
                    "reverse 1 1",
                    "lpad 3 3",
                    "rpad 3 3",
                    "substring 2 3",
                    "substr 2 3",
                    "year 1 1",
                    "quarter 1 1",
                    "month 1 1",
                    "day 1 1",
                    "hour 1 1",
                    "minute 1 1",
                    "extract 2 2",
                    "date_trunc 2 2",
                    "current_date 0 0")
            .map(line -> line.split(" "))
            .collect(Collectors.toUnmodifiableMap(
                    words -> words[0], words -> new int[] {Integer.parseInt(words[1]), Integer.parseInt(words[2])}));

    private static final Map<String, String> INSTEAD = Map.of(
            "trim", "Write trim(BOTH ' ' FROM x): without it Spark takes away blanks, Athena all white space.",
            "ifnull", "Write coalesce.",
            "nvl", "Write coalesce.",
            "if", "Write CASE.",
            "datediff", "Compare the dates, or take the difference where the rows are read.",
            "date_add", "Write + INTERVAL '3' DAY.",
            "to_date", "Write CAST(x AS date).",
            "greatest", "Write CASE: of a NULL Spark makes nothing, Athena NULL.",
            "least", "Write CASE: of a NULL Spark makes nothing, Athena NULL.");

    private static final Set<String> UNITS =
            Set.of("year", "quarter", "month", "week", "day", "hour", "minute", "second");
    private static final Set<String> FIELDS = Set.of("year", "quarter", "month", "day", "hour", "minute");

    private final ViewSettings view;
    private final LogicalPlan plan;
    private final List<SettingsProblem> problems = new ArrayList<>();

    private Syntax(ViewSettings view, LogicalPlan plan) {
        this.view = view;
        this.plan = plan;
    }

    static List<SettingsProblem> problems(ViewSettings view, LogicalPlan plan) {
        Syntax syntax = new Syntax(view, plan);
        syntax.check();
        return syntax.problems;
    }

    private void check() {
        List<LogicalPlan> plans = PlanTree.plans(plan);
        checkTables(plans);
        Set<LogicalPlan> limited = Collections.newSetFromMap(new IdentityHashMap<>());
        for (LogicalPlan part : plans) {
            if (part instanceof GlobalLimit || part instanceof LocalLimit) {
                limited.addAll(PlanTree.children(part));
            }
            checkPlan(part, limited.contains(part));
            PlanTree.expressions(part).forEach(this::checkExpression);
        }
    }

    private void checkTables(List<LogicalPlan> plans) {
        Map<String, TableName> listed =
                view.tables().stream().collect(Collectors.toMap(ViewSql::written, name -> name, (one, other) -> one));
        Set<String> databases = view.tables().stream()
                .map(table -> ViewSql.database(table.source()))
                .collect(Collectors.toSet());
        Set<String> common = new HashSet<>();
        for (LogicalPlan part : plans) {
            if (part instanceof UnresolvedWith with) {
                JavaConverters.seqAsJavaList(with.cteRelations())
                        .forEach(relation -> common.add(relation._1().toLowerCase(Locale.ROOT)));
            }
            if (part instanceof SubqueryAlias alias
                    && databases.contains(alias.identifier().name().toLowerCase(Locale.ROOT))) {
                add(
                        PlanTree.line(alias) + "Has the name of a database: "
                                + alias.identifier().name() + ".",
                        "Choose another name: a catalog may call the database otherwise.");
            }
        }
        Set<String> read = new HashSet<>();
        for (LogicalPlan part : plans) {
            if (part instanceof UnresolvedRelation relation) {
                String name = String.join(".", JavaConverters.seqAsJavaList(relation.multipartIdentifier()))
                        .toLowerCase(Locale.ROOT);
                if (read.add(name) && !common.contains(name) && !listed.containsKey(name)) {
                    add(
                            PlanTree.line(relation) + "Reads " + name + ", which tables does not list.",
                            name.contains(".")
                                    ? "Add " + name.replace('.', '/') + " to tables, a source's dashes as they are."
                                    : "Write it as source.table, and list it in tables.");
                }
            }
        }
        for (int i = 0; i < view.tables().size(); i++) {
            if (!read.contains(ViewSql.written(view.tables().get(i)))) {
                problems.add(new SettingsProblem(
                        ViewCheck.TABLES + "[" + i + "]",
                        "Is not read by the SELECT: " + view.tables().get(i) + ".",
                        "Leave it out, or read it as "
                                + ViewSql.written(view.tables().get(i)) + "."));
            }
        }
    }

    private void checkPlan(LogicalPlan part, boolean limited) {
        String line = PlanTree.line(part);
        String kind = part.getClass().getSimpleName();
        if (!PLANS.contains(kind)) {
            add(line + "Has what Athena and Spark do not share: " + kind + ".", "Write one SELECT without it.");
        } else if (part instanceof Sort sort && !(limited && sort.global())) {
            add(
                    line + "Has an ORDER BY without LIMIT: the rows of a view have no order.",
                    "Leave it out, and order where the view is read.");
        } else if (part instanceof Join join) {
            String how = join.joinType().toString().replaceFirst("^(UsingJoin|NaturalJoin)\\((\\w+).*", "$2");
            if (!JOINS.contains(how)) {
                add(line + "Has a join that Athena does not know: " + how + ".", "Write EXISTS or NOT EXISTS.");
            }
        } else if (part instanceof UnresolvedHaving having) {
            checkHaving(having);
        }
    }

    /** Spark looks for a name in HAVING among the SELECT's own as well; Athena does not. */
    private void checkHaving(UnresolvedHaving having) {
        Set<String> aliases = new HashSet<>();
        if (having.child() instanceof Aggregate aggregate) {
            JavaConverters.seqAsJavaList(aggregate.aggregateExpressions()).stream()
                    .filter(Alias.class::isInstance)
                    .forEach(alias -> aliases.add(alias.name().toLowerCase(Locale.ROOT)));
        }
        for (Expression expression : PlanTree.within(having.havingCondition())) {
            if (expression instanceof UnresolvedAttribute attribute
                    && aliases.contains(attribute.name().toLowerCase(Locale.ROOT))) {
                add(
                        PlanTree.line(expression)
                                + "Has a name of the SELECT in HAVING, which Athena does not know there: "
                                + attribute.name() + ".",
                        "Write the expression again.");
            }
        }
    }

    private void checkExpression(Expression expression) {
        String line = PlanTree.line(expression);
        String kind = expression.getClass().getSimpleName();
        if (expression instanceof UnresolvedStar) {
            add(line + "Has *, which becomes another list of columns when a table gains one.", "Name the columns.");
        } else if (expression instanceof UnresolvedFunction function) {
            checkFunction(line, function);
        } else if (!EXPRESSIONS.contains(kind)) {
            add(
                    line + "Has what Athena and Spark do not share: " + kind + " in " + shown(expression) + ".",
                    "Write it otherwise.");
        }
    }

    private void checkFunction(String line, UnresolvedFunction function) {
        String name = String.join(".", JavaConverters.seqAsJavaList(function.nameParts()))
                .toLowerCase(Locale.ROOT);
        List<Expression> arguments = JavaConverters.seqAsJavaList(function.arguments());
        int[] counts = FUNCTIONS.get(name);
        if (counts == null) {
            add(
                    line + "Calls " + name + ", which is not among the functions that Spark and Athena share.",
                    INSTEAD.getOrDefault(
                            name,
                            "Use one of: "
                                    + FUNCTIONS.keySet().stream().sorted().collect(Collectors.joining(", ")) + "."));
        } else if (arguments.size() < counts[0] || arguments.size() > counts[1]) {
            add(
                    line + "Calls " + name + " with " + arguments.size() + " arguments.",
                    "Both Spark and Athena take " + (counts[0] == counts[1] ? "" : "from " + counts[0] + " to ")
                            + counts[1] + ".");
        } else if (name.equals("extract") || name.equals("date_trunc")) {
            Set<String> known = name.equals("extract") ? FIELDS : UNITS;
            String unit = arguments.get(0) instanceof Literal literal
                    ? String.valueOf(literal.value()).toLowerCase(Locale.ROOT)
                    : "";
            if (!known.contains(unit)) {
                add(
                        line + "Calls " + name + " for what Spark and Athena do not share: " + shown(arguments.get(0))
                                + ".",
                        "Use one of: " + known.stream().sorted().collect(Collectors.joining(", ")) + ".");
            }
        }
    }

    static String shown(Expression expression) {
        return expression.sql();
    }

    private void add(String message, String remedy) {
        problems.add(new SettingsProblem(ViewCheck.SQL, message, remedy));
    }
}

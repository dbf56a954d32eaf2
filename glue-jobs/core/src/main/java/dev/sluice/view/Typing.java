package dev.sluice.view;

import dev.sluice.settings.ColumnType;
import dev.sluice.settings.SettingsProblem;
import dev.sluice.settings.ViewColumn;
import dev.sluice.settings.ViewSettings;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;
import org.apache.spark.sql.catalyst.expressions.Add;
import org.apache.spark.sql.catalyst.expressions.Ascending$;
import org.apache.spark.sql.catalyst.expressions.Attribute;
import org.apache.spark.sql.catalyst.expressions.BinaryArithmetic;
import org.apache.spark.sql.catalyst.expressions.Cast;
import org.apache.spark.sql.catalyst.expressions.DateAdd;
import org.apache.spark.sql.catalyst.expressions.Divide;
import org.apache.spark.sql.catalyst.expressions.Expression;
import org.apache.spark.sql.catalyst.expressions.ExtractANSIIntervalDays;
import org.apache.spark.sql.catalyst.expressions.Multiply;
import org.apache.spark.sql.catalyst.expressions.NullsFirst$;
import org.apache.spark.sql.catalyst.expressions.SortOrder;
import org.apache.spark.sql.catalyst.expressions.SubtractDates;
import org.apache.spark.sql.catalyst.expressions.SubtractTimestamps;
import org.apache.spark.sql.catalyst.expressions.aggregate.Average;
import org.apache.spark.sql.catalyst.expressions.aggregate.Sum;
import org.apache.spark.sql.catalyst.plans.logical.LogicalPlan;
import org.apache.spark.sql.types.DataType;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.DateType;
import org.apache.spark.sql.types.DecimalType;
import org.apache.spark.sql.types.DoubleType;
import org.apache.spark.sql.types.FloatType;
import org.apache.spark.sql.types.IntegralType;
import org.apache.spark.sql.types.NullType;
import org.apache.spark.sql.types.NumericType;
import org.apache.spark.sql.types.StringType;
import org.apache.spark.sql.types.TimestampNTZType;
import org.apache.spark.sql.types.TimestampType;
import scala.collection.JavaConverters;

/**
 * What a typed SELECT means: the declared columns, and only operations that give the same value in Spark and in Athena. Each
 * rule here is a difference between the two that no error would show.
 */
final class Typing {

    private static final Pattern NULLS = Pattern.compile("(?is).*\\bNULLS\\s+FIRST\\s*");

    private final ViewSettings view;
    private final LogicalPlan plan;
    private final List<SettingsProblem> problems = new ArrayList<>();
    private final Set<String> notes = new HashSet<>();

    Typing(ViewSettings view, LogicalPlan plan) {
        this.view = view;
        this.plan = plan;
        for (LogicalPlan part : PlanTree.plans(plan)) {
            if (!PlanTree.children(part).isEmpty()) {
                PlanTree.expressions(part).forEach(this::check);
            }
        }
        checkColumns();
    }

    List<SettingsProblem> problems() {
        return problems;
    }

    /** What a reader of the view should know of the columns it rests on. */
    List<String> notes() {
        return notes.stream().sorted().toList();
    }

    private void checkColumns() {
        Map<String, DataType> yielded = new HashMap<>();
        for (Attribute attribute : JavaConverters.seqAsJavaList(plan.output())) {
            String name = attribute.name().toLowerCase(Locale.ROOT);
            if (yielded.put(name, attribute.dataType()) != null) {
                sql("Yields two columns of one name: " + name + ".", "Name one of them otherwise by AS.");
            }
        }
        for (int i = 0; i < view.columns().size(); i++) {
            ViewColumn column = view.columns().get(i);
            DataType type = yielded.remove(column.name());
            String path = ViewCheck.COLUMNS + "[" + i + "]";
            if (type == null) {
                problems.add(new SettingsProblem(
                        path + ".name",
                        "Is not yielded by the SELECT: " + column.name() + ".",
                        "Name a column of the SELECT so by AS " + column.name() + ", or leave it out."));
            } else if (!holds(column.type(), type)) {
                problems.add(new SettingsProblem(
                        path + ".type",
                        "Does not hold what the SELECT yields: " + column.name() + " is "
                                + type.sql().toLowerCase(Locale.ROOT) + " there, and " + column.type() + " here.",
                        "Declare that type, or write CAST(… AS " + athena(column.type()) + ") in the SELECT."));
            }
        }
        yielded.keySet().stream()
                .sorted()
                .forEach(name -> problems.add(new SettingsProblem(
                        ViewCheck.COLUMNS,
                        "Lacks a column that the SELECT yields: " + name + ".",
                        "Declare it, or take it out of the SELECT.")));
    }

    private static String athena(ColumnType type) {
        return type.ddl().equals("string") ? "varchar(n)" : type.ddl();
    }

    private static boolean holds(ColumnType declared, DataType yielded) {
        DataType type = DataType.fromDDL(declared.ddl());
        return type.sameType(yielded) || yielded instanceof NullType || widens(yielded, type);
    }

    /** Whether a number keeps its value, and its digits after the point, in another type. */
    private static boolean widens(DataType from, DataType to) {
        if (from instanceof IntegralType && to instanceof IntegralType) {
            return from.defaultSize() <= to.defaultSize();
        }
        if (from instanceof FloatType && to instanceof DoubleType) {
            return true;
        }
        if (from instanceof NumericType
                && !(from instanceof FloatType)
                && !(from instanceof DoubleType)
                && to instanceof DecimalType wide) {
            DecimalType narrow = from instanceof DecimalType decimal ? decimal : new DecimalType(digits(from), 0);
            return wide.scale() >= narrow.scale()
                    && wide.precision() - wide.scale() >= narrow.precision() - narrow.scale();
        }
        return false;
    }

    /** The most digits that a whole number of this type has. */
    private static int digits(DataType integral) {
        return switch (integral.defaultSize()) {
            case Byte.BYTES -> 3;
            case Short.BYTES -> 5;
            case Integer.BYTES -> 10;
            default -> 19;
        };
    }

    private void check(Expression expression) {
        if (expression instanceof Attribute attribute && attribute.metadata().contains(EmptyCatalog.NOTE)) {
            notes.add(attribute.metadata().getString(EmptyCatalog.NOTE));
        }
        if (expression instanceof Cast cast) {
            checkCast(cast);
        } else if (expression instanceof Divide divide) {
            if (!isFloating(given(divide.left())) && !isFloating(given(divide.right()))) {
                difference(
                        divide,
                        "Divides " + given(divide.left()).sql() + " by "
                                + given(divide.right()).sql() + ": Athena cuts off or rounds where Spark keeps digits.",
                        "Write CAST(x AS double) around one of them.");
            }
        } else if (expression instanceof Multiply product && losesDigits(product)) {
            difference(
                    product,
                    "Multiplies decimals to more digits than a decimal has; Spark then rounds.",
                    "Cast the factors to fewer digits first.");
        } else if (expression instanceof Add && expression.dataType() instanceof DateType) {
            difference(expression, "Adds a number to a date, which Athena refuses.", "Write + INTERVAL '3' DAY.");
        } else if (expression instanceof DateAdd days && !(days.days() instanceof ExtractANSIIntervalDays)) {
            if (PlanTree.within(days.days()).stream().noneMatch(ExtractANSIIntervalDays.class::isInstance)) {
                difference(days, "Adds a number to a date, which Athena refuses.", "Write + INTERVAL '3' DAY.");
            }
        } else if (expression instanceof SubtractDates || expression instanceof SubtractTimestamps) {
            difference(
                    expression,
                    "Subtracts times, which makes an interval.",
                    "Compare them, or add an interval to one.");
        } else if (expression instanceof Average average && average.child().dataType() instanceof DecimalType) {
            difference(
                    average,
                    "Averages a decimal: Spark gives it four more digits, Athena rounds to those it has.",
                    "Write avg(CAST(x AS double)).");
        } else if (expression instanceof Sum sum
                && sum.dataType() instanceof DecimalType total
                && sum.child().dataType() instanceof DecimalType summand
                && total.scale() < summand.scale()) {
            difference(
                    sum,
                    "Sums up to more digits than a decimal has; Spark then rounds.",
                    "Cast to fewer digits first.");
        } else if (expression instanceof SortOrder order) {
            checkOrder(order);
        }
    }

    private void checkCast(Cast cast) {
        DataType from = cast.child().dataType();
        DataType to = cast.dataType();
        boolean written = cast.getTagValue(Cast.USER_SPECIFIED_CAST()).isDefined();
        if (!written) {
            boolean number = from instanceof NumericType && to instanceof NumericType;
            if (!number && !(from instanceof NullType) && !from.sameType(to)) {
                difference(
                        cast,
                        "Takes " + Syntax.shown(cast.child()) + " of type " + from.sql() + " for " + to.sql()
                                + ", which Spark does by itself and Athena does not.",
                        from instanceof StringType && (to instanceof DateType || to instanceof TimestampType)
                                ? "Write DATE '2026-01-31' or TIMESTAMP '2026-01-31 12:00:00', or a CAST."
                                : "Write a CAST.");
            }
            return;
        }
        boolean fraction = isFloating(from) || from instanceof DecimalType decimal && decimal.scale() > 0;
        if (fraction && to instanceof IntegralType) {
            difference(
                    cast,
                    "Casts a fraction to a whole number: Spark cuts off, Athena rounds.",
                    "Write floor or round inside.");
        }
        if (to instanceof StringType
                && (isFloating(from) || from instanceof TimestampType || from instanceof TimestampNTZType)) {
            difference(
                    cast,
                    "Casts " + from.sql() + " to text, which Spark and Athena write differently.",
                    "Show the value itself, or cast it to a decimal or a date first.");
        }
    }

    /** Without a word on NULL, Spark puts it first where Athena puts it last. */
    private void checkOrder(SortOrder order) {
        boolean nullsFirst = order.nullOrdering() == NullsFirst$.MODULE$ && order.direction() == Ascending$.MODULE$;
        if (order.child().nullable()
                && nullsFirst
                && !NULLS.matcher(text(order)).matches()) {
            difference(
                    order,
                    "Orders by what may be NULL, which comes first in Spark and last in Athena: "
                            + Syntax.shown(order.child()) + ".",
                    "Write NULLS FIRST or NULLS LAST behind it.");
        }
    }

    private String text(Expression expression) {
        var origin = expression.origin();
        return origin.startIndex().isDefined() && origin.stopIndex().isDefined()
                ? view.sql()
                        .substring(
                                (int) origin.startIndex().get(),
                                1 + (int) origin.stopIndex().get())
                : "";
    }

    private static boolean losesDigits(BinaryArithmetic product) {
        return product.dataType() instanceof DecimalType result
                && product.left().dataType() instanceof DecimalType left
                && product.right().dataType() instanceof DecimalType right
                && result.scale() < left.scale() + right.scale();
    }

    /** The type of what was written, before the analyzer put a cast around it. */
    private static DataType given(Expression expression) {
        return expression instanceof Cast cast
                        && cast.getTagValue(Cast.USER_SPECIFIED_CAST()).isEmpty()
                ? cast.child().dataType()
                : expression.dataType();
    }

    private static boolean isFloating(DataType type) {
        return type.sameType(DataTypes.DoubleType) || type.sameType(DataTypes.FloatType);
    }

    private void difference(Expression expression, String message, String remedy) {
        String line = PlanTree.line(expression);
        sql((line.isEmpty() ? Optional.of(expression).map(Syntax::shown).orElse("") + ": " : line) + message, remedy);
    }

    private void sql(String message, String remedy) {
        SettingsProblem problem = new SettingsProblem(ViewCheck.SQL, message, remedy);
        if (!problems.contains(problem)) {
            problems.add(problem);
        }
    }
}

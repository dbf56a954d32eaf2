package dev.sluice.view;

import java.util.ArrayList;
import java.util.List;
import org.apache.spark.sql.catalyst.expressions.Expression;
import org.apache.spark.sql.catalyst.plans.QueryPlan;
import org.apache.spark.sql.catalyst.plans.logical.LogicalPlan;
import org.apache.spark.sql.catalyst.trees.TreeNode;
import scala.collection.JavaConverters;

/** Everything in a plan, also what stands in its common tables and in the subqueries of its expressions. */
final class PlanTree {

    private PlanTree() {}

    /** The plan and all plans below it, each before those it is made of. */
    static List<LogicalPlan> plans(LogicalPlan root) {
        List<LogicalPlan> plans = new ArrayList<>();
        collect(root, plans);
        return plans;
    }

    private static void collect(LogicalPlan plan, List<LogicalPlan> plans) {
        plans.add(plan);
        children(plan).forEach(child -> collect(child, plans));
        for (TreeNode<?> inner : JavaConverters.seqAsJavaList(plan.innerChildren())) {
            if (inner instanceof LogicalPlan below) {
                collect(below, plans);
            }
        }
    }

    /** What a plan is made of. */
    static List<LogicalPlan> children(LogicalPlan plan) {
        return JavaConverters.seqAsJavaList(plan.children());
    }

    /** The expressions of one plan, each before those it is made of. */
    static List<Expression> expressions(QueryPlan<?> plan) {
        List<Expression> expressions = new ArrayList<>();
        JavaConverters.seqAsJavaList(plan.expressions()).forEach(expression -> collect(expression, expressions));
        return expressions;
    }

    /** An expression and all below it. */
    static List<Expression> within(Expression expression) {
        List<Expression> expressions = new ArrayList<>();
        collect(expression, expressions);
        return expressions;
    }

    private static void collect(Expression expression, List<Expression> expressions) {
        expressions.add(expression);
        children(expression).forEach(child -> collect(child, expressions));
    }

    static List<Expression> children(Expression expression) {
        return JavaConverters.seqAsJavaList(expression.children());
    }

    /** {@code Line 3: }, or nothing where it is not known. */
    static String line(TreeNode<?> node) {
        return node.origin().line().isDefined() ? "Line " + node.origin().line().get() + ": " : "";
    }
}

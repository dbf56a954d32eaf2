package com.amazonaws.services.glue;

import static org.assertj.core.api.Assertions.assertThat;

import com.amazonaws.services.glue.errors.CallSite;
import com.amazonaws.services.glue.util.GlueArgParser;
import com.amazonaws.services.glue.util.Job;
import com.amazonaws.services.glue.util.Job$;
import com.amazonaws.services.glue.util.JsonOptions;
import java.lang.invoke.MethodType;
import java.lang.reflect.Constructor;
import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.util.Arrays;
import java.util.Set;
import java.util.TreeSet;
import org.apache.spark.sql.SQLContext;
import org.junit.jupiter.api.Test;

/** What a jar compiled against this module links to, compared with what is known of AWS's artifact. */
class DescriptorTest {
    private static final String S = "Ljava/lang/String;";
    private static final String GLUE = "Lcom/amazonaws/services/glue/";
    private static final String OPTIONS = GLUE + "util/JsonOptions;";
    private static final String SOURCE = GLUE + "DataSource;";
    private static final String SINK = GLUE + "DataSink;";
    private static final String FRAME = GLUE + "DynamicFrame;";
    private static final String CONTEXT = GLUE + "GlueContext;";
    private static final String JOB = GLUE + "util/Job$;";
    private static final String MAP = "Ljava/util/Map;";
    private static final String DATASET = "Lorg/apache/spark/sql/Dataset;";

    @Test
    void glueContextLinksLikeTheRealOne() {
        assertThat(GlueContext.class.getSuperclass()).isEqualTo(SQLContext.class);
        assertThat(declared(GlueContext.class))
                .containsExactlyInAnyOrder(
                        "<init>(Lorg/apache/spark/SparkContext;)V",
                        "<init>(Lorg/apache/spark/SparkContext;II)V",
                        "getSparkSession()Lorg/apache/spark/sql/SparkSession;",
                        "getSource(" + S + OPTIONS + S + S + ")" + SOURCE,
                        "getSourceWithFormat(" + S + OPTIONS + S + S + OPTIONS + ")" + SOURCE,
                        "getCatalogSource(" + S + S + S + S + S + OPTIONS + S + ")" + SOURCE,
                        "getSink(" + S + OPTIONS + S + ")" + SINK,
                        "getSinkWithFormat(" + S + OPTIONS + S + S + OPTIONS + ")" + SINK,
                        "getCatalogSink(" + S + S + S + S + OPTIONS + S + ")" + SINK,
                        "getJDBCSink(" + S + OPTIONS + S + S + S + ")" + SINK,
                        "extractJDBCConf(" + S + S + ")" + MAP);
    }

    @Test
    void jobLinksLikeTheForwardersOfAScalaObject() {
        assertThat(declared(Job.class))
                .containsExactlyInAnyOrder(
                        "static init(" + S + CONTEXT + MAP + ")" + JOB,
                        "static init(" + S + "Lorg/apache/spark/sql/SparkSession;" + MAP + ")" + JOB,
                        "static commit()V",
                        "static reset()V",
                        "static isInitialized()Z",
                        "static runId()" + S);
        assertThat(declared(Job$.class)).contains("init(" + S + CONTEXT + MAP + ")" + JOB, "commit()V");
        assertThat(Job$.MODULE$).isNotNull();
    }

    @Test
    void argumentsAndOptionsLinkLikeTheRealOnes() {
        assertThat(declared(GlueArgParser.class))
                .containsExactly("static getResolvedOptions([" + S + "[" + S + ")Lscala/collection/immutable/Map;");
        assertThat(declared(JsonOptions.class))
                .contains("<init>(" + S + ")V", "<init>(Lscala/collection/Map;)V", "static empty()" + OPTIONS);
        assertThat(declared(CallSite.class)).contains("<init>(" + S + S + ")V");
    }

    @Test
    void sourcesSinksAndFramesLinkLikeTheRealOnes() {
        assertThat(DataSource.class.isInterface()).isTrue();
        assertThat(declared(DataSource.class))
                .containsExactlyInAnyOrder("getDynamicFrame()" + FRAME, "getDataFrame()" + DATASET);
        assertThat(DataSink.class.isInterface()).isFalse();
        assertThat(Modifier.isAbstract(DataSink.class.getModifiers())).isTrue();
        assertThat(declared(DataSink.class))
                .containsExactlyInAnyOrder(
                        "writeDynamicFrame(" + FRAME + GLUE + "errors/CallSite;)" + FRAME,
                        "setFormat(" + S + OPTIONS + ")V",
                        "setCatalogInfo(" + S + S + S + ")V");
        assertThat(declared(DynamicFrame.class))
                .contains(
                        "static apply(" + DATASET + CONTEXT + ")" + FRAME,
                        "toDF(Lscala/collection/Seq;)" + DATASET,
                        "count()J",
                        "schema()" + GLUE + "schema/Schema;");
    }

    private static Set<String> declared(Class<?> type) {
        Set<String> signatures = new TreeSet<>();
        Arrays.stream(type.getDeclaredMethods())
                .filter(method -> Modifier.isPublic(method.getModifiers()) && !method.isSynthetic())
                .map(DescriptorTest::signature)
                .forEach(signatures::add);
        for (Constructor<?> constructor : type.getConstructors()) {
            signatures.add("<init>"
                    + MethodType.methodType(void.class, constructor.getParameterTypes())
                            .toMethodDescriptorString());
        }
        return signatures;
    }

    private static String signature(Method method) {
        return (Modifier.isStatic(method.getModifiers()) ? "static " : "")
                + method.getName()
                + MethodType.methodType(method.getReturnType(), method.getParameterTypes())
                        .toMethodDescriptorString();
    }
}

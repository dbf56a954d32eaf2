package dev.sluice.testing;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.function.Predicate;
import java.util.logging.Handler;
import java.util.logging.LogRecord;
import org.apache.logging.log4j.Level;
import org.apache.logging.log4j.LogManager;
import org.apache.logging.log4j.core.Appender;
import org.apache.logging.log4j.core.LogEvent;
import org.apache.logging.log4j.core.LoggerContext;
import org.apache.logging.log4j.core.appender.AbstractAppender;
import org.apache.logging.log4j.core.config.LoggerConfig;
import org.apache.logging.log4j.core.config.Property;
import org.apache.logging.log4j.core.impl.Log4jContextFactory;
import org.slf4j.LoggerFactory;

/**
 * What this process says from now on: standard output and error, and every logger of Log4j and of the JDK, also those that
 * were made before, that pass nothing on to their parents, or whose appenders write to a stream of their own. Others' loggers
 * tell as much as a job on Glue lets them, Sluice's own everything.
 */
final class Said implements AutoCloseable {

    private static final String APART = "apart.from.others";

    /** Of before there is anything to hear them. */
    private static final org.slf4j.Logger EARLY = LoggerFactory.getLogger("org.apache.spark.early");

    private static final System.Logger OWN = System.getLogger("dev.sluice.run.Early");
    private static final java.util.logging.Logger JDK_APART = java.util.logging.Logger.getLogger(APART);
    private static final java.util.logging.Logger SLUICE = java.util.logging.Logger.getLogger("dev.sluice");

    /** One line of a logger, or of a stream. */
    record Line(String logger, String text) {}

    private final List<Line> lines = Collections.synchronizedList(new ArrayList<>());
    private final List<Runnable> undo = new ArrayList<>();
    private final ByteArrayOutputStream streams = new ByteArrayOutputStream();

    /** Listens from now on, and makes sure that it hears. */
    static Said begin() {
        Said said = new Said();
        said.listenToStreams();
        said.listenToLog4j();
        said.listenToJdk();
        said.requireHearing();
        return said;
    }

    /** Everything so far, of the loggers and streams asked for. */
    String text(Predicate<Line> wanted) {
        StringBuilder text = new StringBuilder();
        synchronized (lines) {
            lines.stream().filter(wanted).forEach(line -> text.append(line).append('\n'));
        }
        Line printed = new Line("", streams.toString(StandardCharsets.UTF_8));
        return text.append(wanted.test(printed) ? printed.text() : "").toString();
    }

    String text() {
        return text(line -> true);
    }

    private void listenToStreams() {
        PrintStream out = System.out;
        PrintStream err = System.err;
        System.setOut(new PrintStream(streams, true, StandardCharsets.UTF_8));
        System.setErr(new PrintStream(streams, true, StandardCharsets.UTF_8));
        undo.add(() -> {
            System.setOut(out);
            System.setErr(err);
        });
    }

    private void listenToLog4j() {
        Log4jContextFactory factory = (Log4jContextFactory) LogManager.getFactory();
        for (LoggerContext context : factory.getSelector().getLoggerContexts()) {
            LoggerConfig apart = new LoggerConfig(APART, Level.INFO, false);
            context.getConfiguration().addLogger(APART, apart);
            Ear ear = new Ear();
            ear.start();
            for (LoggerConfig logger : context.getConfiguration().getLoggers().values()) {
                Level level = logger.getLevel();
                if (!level.isLessSpecificThan(Level.INFO)) {
                    logger.setLevel(Level.INFO);
                }
                undo.add(() -> logger.setLevel(level));
                // What it would write besides is more than a build's log is for.
                for (Appender other : List.copyOf(logger.getAppenders().values())) {
                    logger.removeAppender(other.getName());
                    undo.add(() -> logger.addAppender(other, null, null));
                }
                if (logger.getName().isEmpty() || !logger.isAdditive()) {
                    logger.addAppender(ear, Level.ALL, null);
                    undo.add(() -> logger.removeAppender(ear.getName()));
                }
            }
            context.updateLoggers();
            undo.add(() -> {
                context.getConfiguration().removeLogger(APART);
                context.updateLoggers();
            });
        }
    }

    private void listenToJdk() {
        JDK_APART.setUseParentHandlers(false);
        Handler ear = new JdkEar();
        var manager = java.util.logging.LogManager.getLogManager();
        Collections.list(manager.getLoggerNames()).stream()
                .map(manager::getLogger)
                .filter(logger -> logger != null && (logger.getParent() == null || !logger.getUseParentHandlers()))
                .forEach(logger -> {
                    logger.addHandler(ear);
                    undo.add(() -> logger.removeHandler(ear));
                });
        java.util.logging.Level level = SLUICE.getLevel();
        SLUICE.setLevel(java.util.logging.Level.ALL);
        undo.add(() -> SLUICE.setLevel(level));
    }

    private void requireHearing() {
        EARLY.info("canary 1 {}", "of Log4j");
        LoggerFactory.getLogger(APART).info("canary 2", new IllegalStateException("canary 3"));
        OWN.log(System.Logger.Level.DEBUG, () -> "canary 4", new IllegalStateException("canary 5"));
        JDK_APART.info("canary 6");
        System.out.println("canary 7");
        System.err.println("canary 8");
        assertThat(text())
                .contains("canary 1 of Log4j", "canary 2", "canary 3", "canary 4", "canary 5", "canary 6", "canary 7")
                .contains("canary 8");
    }

    @Override
    public void close() {
        undo.forEach(Runnable::run);
    }

    private static String stack(Throwable thrown) {
        if (thrown == null) {
            return "";
        }
        StringWriter text = new StringWriter();
        thrown.printStackTrace(new PrintWriter(text));
        return "\n" + text;
    }

    private final class Ear extends AbstractAppender {

        Ear() {
            super("ear", null, null, false, Property.EMPTY_ARRAY);
        }

        @Override
        public void append(LogEvent event) {
            lines.add(new Line(
                    event.getLoggerName(), event.getMessage().getFormattedMessage() + stack(event.getThrown())));
        }
    }

    private final class JdkEar extends Handler {

        @Override
        public void publish(LogRecord entry) {
            lines.add(new Line(
                    String.valueOf(entry.getLoggerName()),
                    new java.util.logging.SimpleFormatter().formatMessage(entry) + stack(entry.getThrown())));
        }

        @Override
        public void flush() {}

        @Override
        public void close() {}
    }
}

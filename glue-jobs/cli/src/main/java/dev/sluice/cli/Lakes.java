package dev.sluice.cli;

import dev.sluice.ErrorCode;
import dev.sluice.SluiceException;
import dev.sluice.aws.AwsPlatform;
import dev.sluice.aws.EnvironmentParameter;
import dev.sluice.cli.lake.Home;
import dev.sluice.cli.lake.LocalPlatform;
import dev.sluice.run.Platform;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Stream;
import software.amazon.awssdk.core.exception.SdkException;
import software.amazon.awssdk.regions.providers.DefaultAwsRegionProviderChain;

/** Opens the lake that the options name: the one on AWS where an environment or a settings table is given, else the local. */
final class Lakes {

    private Lakes() {}

    /** The lake; the caller closes it. Nothing is started before it is asked for. */
    static Platform open(GlobalOptions options) {
        return options.onAws() ? openAws(options) : openLocal(new Home(options.home()), options);
    }

    /** Refuses a lake on AWS to commands that need Spark beside its data: there, Glue jobs do their work. */
    static LocalPlatform openForSpark(GlobalOptions options, String job) {
        if (options.onAws()) {
            throw new SluiceException(
                    ErrorCode.REQUEST_INVALID,
                    "Cannot do this for a lake on AWS from here: it needs Spark beside the data. Start the Glue job "
                            + job + " (aws glue start-job-run --job-name sluice-ENVIRONMENT-"
                            + job.replace("Job", "").toLowerCase(Locale.ROOT)
                            + "-SOURCE), or leave --environment and --settings-table, SLUICE_ENVIRONMENT and"
                            + " SLUICE_SETTINGS_TABLE out for a local lake.");
        }
        return openLocal(new Home(options.home()), options);
    }

    private static Platform openAws(GlobalOptions options) {
        AwsPlatform.Names names = names(options);
        requireRegion(options);
        try {
            return new AwsPlatform(names);
        } catch (SdkException failure) {
            throw new SluiceException(
                    ErrorCode.REQUEST_INVALID,
                    "Cannot reach the lake of settings table " + names.settingsTable() + " on AWS: "
                            + failure.getMessage(),
                    failure);
        }
    }

    private static void requireRegion(GlobalOptions options) {
        // The SDK's own chain reads it; a region the user names comes first.
        options.region().ifPresent(region -> System.setProperty("aws.region", region));
        try {
            new DefaultAwsRegionProviderChain().getRegion();
        } catch (SdkException none) {
            throw new SluiceException(
                    ErrorCode.REQUEST_INVALID,
                    "Cannot tell the region of the lake on AWS. Name it with --region, or set AWS_REGION.",
                    none);
        }
    }

    /** What is named on the command line or in the process's environment, the rest as the lake's environment has it. */
    private static AwsPlatform.Names names(GlobalOptions options) {
        if (options.environmentName().isEmpty() || isAllNamed(options)) {
            return new AwsPlatform.Names(
                    options.settingsTable().orElseThrow(),
                    named(options.bookmarksTable(), "--bookmarks-table"),
                    named(options.raw(), "--raw"),
                    named(options.curated(), "--curated"),
                    named(options.quarantine(), "--quarantine"));
        }
        requireRegion(options);
        AwsPlatform.Names found =
                EnvironmentParameter.load(options.environmentName().get());
        return new AwsPlatform.Names(
                options.settingsTable().orElse(found.settingsTable()),
                options.bookmarksTable().orElse(found.bookmarksTable()),
                options.raw().orElse(found.rawZone()),
                options.curated().orElse(found.curatedZone()),
                options.quarantine().orElse(found.quarantineZone()));
    }

    private static boolean isAllNamed(GlobalOptions options) {
        return Stream.of(
                        options.settingsTable(),
                        options.bookmarksTable(),
                        options.raw(),
                        options.curated(),
                        options.quarantine())
                .allMatch(Optional::isPresent);
    }

    private static String named(Optional<String> value, String option) {
        return value.orElseThrow(() -> new SluiceException(
                ErrorCode.REQUEST_INVALID,
                "Cannot reach a lake on AWS: " + option + " is missing. Give it beside --settings-table, or set "
                        + "SLUICE_"
                        + option.substring(2).toUpperCase(Locale.ROOT).replace('-', '_')
                        + "; or name the environment with --environment."));
    }

    /** The local lake in a folder. */
    static LocalPlatform openLocal(Home home, GlobalOptions options) {
        // Read by the logging configuration, which is loaded with the first class that logs.
        System.setProperty("sluice.log", home.logs().resolve("sluice.log").toString());
        return new LocalPlatform(home, options.environment());
    }
}

package dev.sluice.cli;

import dev.sluice.ErrorCode;
import dev.sluice.SluiceException;
import dev.sluice.aws.AwsPlatform;
import dev.sluice.cli.lake.Home;
import dev.sluice.cli.lake.LocalPlatform;
import dev.sluice.run.Platform;
import java.util.Locale;
import java.util.Optional;
import software.amazon.awssdk.core.exception.SdkException;

/** Opens the lake that the options name: the one on AWS where a settings table is given, else the local one. */
final class Lakes {

    private Lakes() {}

    /** The lake; the caller closes it. Nothing is started before it is asked for. */
    static Platform open(GlobalOptions options) {
        if (options.settingsTable().isPresent()) {
            return openAws(options, options.settingsTable().get());
        }
        return openLocal(new Home(options.home()), options);
    }

    /** Refuses a lake on AWS to commands that need Spark beside its data: there, Glue jobs do their work. */
    static LocalPlatform openForSpark(GlobalOptions options, String job) {
        if (options.settingsTable().isPresent()) {
            throw new SluiceException(
                    ErrorCode.REQUEST_INVALID,
                    "Cannot do this for a lake on AWS from here: it needs Spark beside the data. Start the Glue job "
                            + job + ", or leave --settings-table and SLUICE_SETTINGS_TABLE out for a local lake.");
        }
        return openLocal(new Home(options.home()), options);
    }

    private static Platform openAws(GlobalOptions options, String settingsTable) {
        // The SDK's own chain reads it; a region the user names comes first.
        options.region().ifPresent(region -> System.setProperty("aws.region", region));
        AwsPlatform.Names names = new AwsPlatform.Names(
                settingsTable,
                named(options.bookmarksTable(), "--bookmarks-table"),
                named(options.raw(), "--raw"),
                named(options.curated(), "--curated"),
                named(options.quarantine(), "--quarantine"));
        try {
            return new AwsPlatform(names);
        } catch (SdkException failure) {
            throw new SluiceException(
                    ErrorCode.REQUEST_INVALID,
                    "Cannot reach the lake of settings table " + settingsTable + " on AWS: " + failure.getMessage()
                            + ". Name the region with --region, or set AWS_REGION.",
                    failure);
        }
    }

    private static String named(Optional<String> value, String option) {
        return value.orElseThrow(() -> new SluiceException(
                ErrorCode.REQUEST_INVALID,
                "Cannot reach a lake on AWS: " + option + " is missing. Give it beside --settings-table, or set "
                        + "SLUICE_"
                        + option.substring(2).toUpperCase(Locale.ROOT).replace('-', '_') + "."));
    }

    /** The local lake in a folder. */
    static LocalPlatform openLocal(Home home, GlobalOptions options) {
        // Read by the logging configuration, which is loaded with the first class that logs.
        System.setProperty("sluice.log", home.logs().resolve("sluice.log").toString());
        return new LocalPlatform(home, options.environment());
    }
}

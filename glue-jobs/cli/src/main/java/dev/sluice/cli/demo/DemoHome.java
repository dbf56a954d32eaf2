package dev.sluice.cli.demo;

import dev.sluice.ErrorCode;
import dev.sluice.SluiceException;
import dev.sluice.cli.lake.Home;
import dev.sluice.embedded.Servers;
import dev.sluice.raw.DiskFailures;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;

/** The folder of a demonstration: emptied when the next one begins, and never one that holds anything else. */
public final class DemoHome {

    private static final String MARK = "this-is-a-demo";
    private static final List<String> SETTINGS = List.of(
            "shop.yaml", "region-nation.yaml", "customer.yaml", "orders.yaml", "lineitem.yaml", "order_events.yaml");

    private final Home home;

    public DemoHome(Home home) {
        this.home = home;
    }

    /** Removes what an earlier demonstration left and makes the folder; refuses a folder that holds anything else. */
    public void begin() {
        Path folder = home.folder();
        try {
            if (Files.exists(folder.resolve(MARK))) {
                Servers.stop(folder);
                remove(folder);
            } else if (Files.isDirectory(folder) && !isEmpty(folder)) {
                throw new SluiceException(
                        ErrorCode.REQUEST_INVALID,
                        "Cannot run the demo in " + folder
                                + ": it holds something else, which the demo would delete. Name another --home.");
            }
            Files.createDirectories(folder);
            Files.createFile(folder.resolve(MARK));
        } catch (IOException failure) {
            throw unusable(failure);
        }
    }

    /** Writes the settings files, which say in comments what they show; returns them. */
    public List<Path> writeSettings() {
        try {
            Files.createDirectories(home.settings());
            List<Path> files = new ArrayList<>();
            for (String name : SETTINGS) {
                Path file = home.settings().resolve(name);
                try (InputStream content = DemoHome.class.getResourceAsStream(name)) {
                    Files.copy(content, file);
                }
                files.add(file);
            }
            return files;
        } catch (IOException failure) {
            throw unusable(failure);
        }
    }

    private SluiceException unusable(IOException failure) {
        return DiskFailures.of(
                "Cannot prepare the demo's folder: " + home.folder(),
                failure,
                "Name one that can be written with --home.");
    }

    private static boolean isEmpty(Path folder) throws IOException {
        try (Stream<Path> inside = Files.list(folder)) {
            return inside.findAny().isEmpty();
        }
    }

    private static void remove(Path folder) throws IOException {
        List<Path> inside;
        try (Stream<Path> walked = Files.walk(folder)) {
            inside = walked.sorted(Comparator.reverseOrder()).toList();
        }
        for (Path path : inside) {
            Files.delete(path);
        }
    }
}

package dev.sluice.kafka;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import kafka.server.KafkaConfig;
import kafka.server.KafkaRaftServer;
import org.apache.kafka.common.Uuid;
import org.apache.kafka.common.utils.Time;

/** The process of a {@link Broker}: broker and controller in one, without ZooKeeper. */
final class BrokerMain {

    static final String ADDRESS = "address";
    /** Where clients know a broker that is started again on its folder. */
    private static final String PORTS = "ports";

    private BrokerMain() {}

    public static void main(String[] arguments) throws IOException {
        Path folder = Path.of(arguments[0]);
        Path logs = Files.createDirectories(folder.resolve("logs"));
        Path cluster = logs.resolve("meta.properties");
        Path known = folder.resolve(PORTS);
        boolean again = Files.exists(known);
        if (!again) {
            Files.writeString(cluster, "version=1\ncluster.id=" + Uuid.randomUuid() + "\nnode.id=1\n");
            Files.writeString(known, freePort() + "\n" + freePort());
        }
        List<String> ports = Files.readAllLines(known);
        int port = Integer.parseInt(ports.get(0));
        int controllerPort = Integer.parseInt(ports.get(1));
        Properties properties = new Properties();
        properties.putAll(Map.ofEntries(
                Map.entry("process.roles", "broker,controller"),
                Map.entry("node.id", "1"),
                Map.entry("controller.quorum.voters", "1@127.0.0.1:" + controllerPort),
                Map.entry("controller.listener.names", "CONTROLLER"),
                Map.entry("listener.security.protocol.map", "CONTROLLER:PLAINTEXT,PLAINTEXT:PLAINTEXT"),
                Map.entry("listeners", "PLAINTEXT://127.0.0.1:" + port + ",CONTROLLER://127.0.0.1:" + controllerPort),
                Map.entry("advertised.listeners", "PLAINTEXT://127.0.0.1:" + port),
                Map.entry("log.dirs", logs.toString()),
                Map.entry("offsets.topic.replication.factor", "1"),
                Map.entry("offsets.topic.num.partitions", "1"),
                Map.entry("transaction.state.log.replication.factor", "1"),
                Map.entry("transaction.state.log.min.isr", "1"),
                Map.entry("transaction.state.log.num.partitions", "1"),
                Map.entry("group.initial.rebalance.delay.ms", "0"),
                Map.entry("num.network.threads", "2"),
                Map.entry("num.io.threads", "2"),
                Map.entry("log.cleaner.dedupe.buffer.size", "2097152"),
                Map.entry("auto.create.topics.enable", "false"),
                Map.entry("log.retention.check.interval.ms", "500"),
                Map.entry("log.initial.task.delay.ms", "500"),
                // A topic that has lists of who may do what is held to them; all others are everybody's.
                Map.entry("authorizer.class.name", "org.apache.kafka.metadata.authorizer.StandardAuthorizer"),
                Map.entry("allow.everyone.if.no.acl.found", "true"),
                // A broker that was killed is let in again once its session before has run out.
                Map.entry("broker.session.timeout.ms", again ? "3000" : "9000"),
                Map.entry("broker.heartbeat.interval.ms", again ? "500" : "2000"),
                Map.entry("delete.topic.enable", "true")));
        KafkaRaftServer server = new KafkaRaftServer(new KafkaConfig(properties), Time.SYSTEM);
        server.startup();
        String registry = Registry.start();
        ServerProcess.publish(folder.resolve(ADDRESS), "127.0.0.1:" + port + "\n" + registry);
        ServerProcess.awaitEndOfInput();
        // Its data are for this run alone: nothing is worth a clean stop.
        Runtime.getRuntime().halt(0);
    }

    private static int freePort() throws IOException {
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getByName("127.0.0.1"))) {
            return socket.getLocalPort();
        }
    }
}

package dev.sluice.embedded;

import com.amazonaws.services.dynamodbv2.local.server.LocalDynamoDBRequestHandler;
import com.amazonaws.services.dynamodbv2.local.server.LocalDynamoDBServerHandler;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.util.Set;
import org.eclipse.jetty.server.Server;
import org.eclipse.jetty.server.ServerConnector;

/**
 * DynamoDB Local on loopback.
 *
 * <p>Its own runner would listen on every interface, choose no free port and report usage; so its request handler is
 * put into a Jetty server made here. One database serves all regions and credentials.
 */
final class DynamoDbServer implements AutoCloseable {
    private static final String ANY_ORIGIN = "*";

    private final Server server;
    private final ServerConnector connector;
    private final LocalDynamoDBServerHandler handler;

    private DynamoDbServer(Server server, ServerConnector connector, LocalDynamoDBServerHandler handler) {
        this.server = server;
        this.connector = connector;
        this.handler = handler;
    }

    /** Starts the server on a free port. */
    static DynamoDbServer start(RunFolder run, Set<ServerOption> options) throws IOException {
        boolean inMemory = options.contains(ServerOption.DYNAMODB_IN_MEMORY);
        String path =
                inMemory ? null : Files.createDirectories(run.dynamoDbData()).toString();
        LocalDynamoDBServerHandler handler = new LocalDynamoDBServerHandler(
                new LocalDynamoDBRequestHandler(0, inMemory, path, true, false), ANY_ORIGIN);
        Server server = new Server(new InetSocketAddress(InetAddress.getByAddress(new byte[] {127, 0, 0, 1}), 0));
        server.setHandler(handler);
        try {
            server.start();
        } catch (Exception e) {
            throw new IOException("DynamoDB Local does not start: " + e, e);
        }
        return new DynamoDbServer(server, (ServerConnector) server.getConnectors()[0], handler);
    }

    int port() {
        return connector.getLocalPort();
    }

    @Override
    public void close() throws IOException {
        try {
            server.stop();
        } catch (Exception e) {
            throw new IOException("DynamoDB Local does not stop: " + e, e);
        } finally {
            handler.close();
        }
    }
}

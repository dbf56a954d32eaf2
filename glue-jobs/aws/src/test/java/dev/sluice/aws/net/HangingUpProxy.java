package dev.sluice.aws.net;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketException;
import java.net.URI;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;

/** Stands between a client and a server and hangs up on the first connections once they have begun a request. */
public final class HangingUpProxy implements AutoCloseable {

    private final URI behind;
    private final ServerSocket socket;
    private final AtomicInteger left;
    private final ExecutorService threads = Executors.newCachedThreadPool();

    private HangingUpProxy(URI behind, ServerSocket socket, int connections) {
        this.behind = behind;
        this.socket = socket;
        this.left = new AtomicInteger(connections);
    }

    /** Starts one before {@code behind} that hangs up on so many connections and passes the others on. */
    public static HangingUpProxy start(URI behind, int connections) throws IOException {
        HangingUpProxy proxy =
                new HangingUpProxy(behind, new ServerSocket(0, 50, InetAddress.getLoopbackAddress()), connections);
        proxy.threads.submit(proxy::accept);
        return proxy;
    }

    public URI endpoint() {
        return URI.create("http://127.0.0.1:" + socket.getLocalPort());
    }

    /** How many connections it would still hang up on. */
    public int left() {
        return Math.max(0, left.get());
    }

    private Void accept() throws IOException {
        while (!socket.isClosed()) {
            Socket client;
            try {
                client = socket.accept();
            } catch (SocketException closed) {
                return null;
            }
            if (left.getAndDecrement() > 0) {
                hangUp(client);
            } else {
                Socket server = new Socket(behind.getHost(), behind.getPort());
                threads.submit(() -> pass(client, server));
                threads.submit(() -> pass(server, client));
            }
        }
        return null;
    }

    private static void hangUp(Socket client) throws IOException {
        try (client) {
            int first = client.getInputStream().read();
            if (first < 0) {
                throw new IOException("The client hung up first");
            }
            client.getInputStream().skipNBytes(client.getInputStream().available());
        }
    }

    private static void pass(Socket from, Socket to) {
        try (from;
                to;
                InputStream in = from.getInputStream()) {
            in.transferTo(to.getOutputStream());
        } catch (SocketException ended) {
            // Either side may end the connection; both are closed above.
            return;
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        }
    }

    @Override
    public void close() throws IOException {
        socket.close();
        threads.shutdownNow();
    }
}

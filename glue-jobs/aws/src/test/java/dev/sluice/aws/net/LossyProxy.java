package dev.sluice.aws.net;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.util.Locale;
import java.util.Set;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;

/** Stands between a client and a server, passes every request on, and loses the answers it is told to lose. */
public final class LossyProxy implements AutoCloseable {

    private static final Set<String> HOP_HEADERS =
            Set.of("host", "connection", "content-length", "expect", "upgrade", "transfer-encoding");

    private final URI behind;
    private final HttpServer server;
    private final ExecutorService threads = Executors.newCachedThreadPool();
    private final HttpClient client =
            HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
    private final AtomicBoolean loseNext = new AtomicBoolean();
    private final AtomicReference<String> loseOperation = new AtomicReference<>("");
    private final AtomicInteger lost = new AtomicInteger();

    private LossyProxy(URI behind, HttpServer server) {
        this.behind = behind;
        this.server = server;
    }

    /** Starts one before {@code behind}. */
    public static LossyProxy start(URI behind) throws IOException {
        HttpServer server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        LossyProxy proxy = new LossyProxy(behind, server);
        server.createContext("/", proxy::pass);
        server.setExecutor(proxy.threads);
        server.start();
        return proxy;
    }

    public URI endpoint() {
        return URI.create("http://127.0.0.1:" + server.getAddress().getPort());
    }

    /** Loses the answer to the next write. */
    public void loseNextAnswer() {
        loseNext.set(true);
    }

    /** Loses every answer to an operation from now on. */
    public void loseAnswersTo(String operation) {
        loseOperation.set(operation);
    }

    public int lost() {
        return lost.get();
    }

    private void pass(HttpExchange exchange) throws IOException {
        try (exchange) {
            HttpRequest.Builder request = HttpRequest.newBuilder(behind.resolve(exchange.getRequestURI()))
                    .method(
                            exchange.getRequestMethod(),
                            HttpRequest.BodyPublishers.ofByteArray(
                                    exchange.getRequestBody().readAllBytes()));
            exchange.getRequestHeaders().forEach((name, values) -> {
                if (!HOP_HEADERS.contains(name.toLowerCase(Locale.ROOT))) {
                    values.forEach(value -> request.header(name, value));
                }
            });
            HttpResponse<byte[]> answer = client.send(request.build(), HttpResponse.BodyHandlers.ofByteArray());
            String operation = String.valueOf(exchange.getRequestHeaders().getFirst("X-amz-target"));
            boolean write = exchange.getRequestMethod().equals("PUT")
                    || exchange.getRequestMethod().equals("POST")
                            && !operation.endsWith("GetItem")
                            && !operation.endsWith("Query");
            if (operation.endsWith("." + loseOperation.get()) || write && loseNext.compareAndSet(true, false)) {
                lost.incrementAndGet();
                exchange.sendResponseHeaders(500, -1);
                return;
            }
            answer.headers().map().forEach((name, values) -> {
                if (!HOP_HEADERS.contains(name.toLowerCase(Locale.ROOT))) {
                    values.forEach(value -> exchange.getResponseHeaders().add(name, value));
                }
            });
            exchange.sendResponseHeaders(answer.statusCode(), answer.body().length == 0 ? -1 : answer.body().length);
            exchange.getResponseBody().write(answer.body());
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
        }
    }

    @Override
    public void close() {
        server.stop(0);
        threads.shutdownNow();
    }
}

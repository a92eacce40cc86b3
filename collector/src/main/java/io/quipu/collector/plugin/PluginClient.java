package io.quipu.collector.plugin;

import io.quipu.collector.catalog.Plugin;
import io.quipu.common.http.NoInstanceException;
import io.quipu.common.http.Outbound;
import io.quipu.common.http.ServiceInstances;
import io.quipu.common.stage.StageBrokenException;
import io.quipu.common.stage.StageUnavailableException;
import io.quipu.common.trace.Traces;
import io.quipu.common.usage.Keys;
import io.quipu.common.web.Problem;
import io.quipu.common.wire.Json;
import java.io.IOException;
import java.net.URI;
import java.time.Duration;
import java.util.Arrays;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Collectors;
import org.apache.hc.client5.http.classic.methods.HttpGet;
import org.apache.hc.client5.http.impl.classic.CloseableHttpClient;
import org.apache.hc.core5.http.ClassicHttpResponse;
import org.springframework.http.HttpStatus;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;

/**
 * Asks a plugin over HTTP, behind the circuit breaker of each of its instances. Who asks what somebody else is asking already waits
 * for that answer. There are two verdicts: 200 with JSON, and 404 with a JSON object that says so in {@code error} or {@code
 * message}, as Abacus's plugins do. Everything else is none: a 404 without that may come from a router in front of a plugin
 * that is down. Thread-safe.
 */
final class PluginClient implements AutoCloseable {

    /** Bytes of an answer: as many as a plan may have. */
    static final int MAX_ANSWER = 1024 * 1024;

    /** What Abacus, Quipu and Spring say of a path that they do not serve: nothing about what was asked for. */
    private static final Set<String> NO_SUCH_PATH = Set.of("notfound", "not_found", "Not Found");

    private static final Duration RETRY_AFTER = Duration.ofSeconds(5);
    private static final int SERVER_ERRORS = 500;

    private final Plugin plugin;
    private final ServiceInstances instances;
    private final Duration limit;
    private final CloseableHttpClient http;
    private final Map<String, CompletableFuture<Optional<JsonNode>>> underWay = new ConcurrentHashMap<>();

    /**
     * A client.
     *
     * @param instances of the plugin, whose breakers count a {@link StageUnavailableException} as a failure
     * @param traces records calls in the traces that the calling thread works for
     */
    PluginClient(Plugin plugin, ServiceInstances instances, PluginProperties.Calls calls, Traces traces) {
        this.plugin = plugin;
        this.instances = instances;
        this.limit = calls.responseTimeout();
        this.http = Outbound.client(new Outbound.Limits(calls.connectTimeout(), calls.responseTimeout(), calls.answerTimeout()),
                calls.maxConnections(), instances.urls().size(), traces);
    }

    /**
     * What is at a path; empty when the plugin says that there is nothing.
     *
     * @param segments of the path, not yet encoded
     * @throws Problem 503 with the plugin's code, when there is no verdict
     */
    Optional<JsonNode> get(String... segments) {
        if (Arrays.stream(segments).anyMatch(segment -> segment.equals(".") || segment.equals(".."))) {
            // no path can name it
            return Optional.empty();
        }
        String path = Arrays.stream(segments).map(Keys::encode).collect(Collectors.joining("/", "/", ""));
        try {
            return shared(path);
        } catch (NoInstanceException e) {
            throw unavailable(e.getMessage(), e.retryAfter());
        } catch (StageUnavailableException e) {
            throw unavailable(e.getMessage(), e.retryAfter().orElse(RETRY_AFTER));
        } catch (StageBrokenException e) {
            throw unavailable(e.getMessage(), RETRY_AFTER);
        }
    }

    private Problem unavailable(String reason, Duration retryAfter) {
        return plugin.unavailable("The " + plugin.id() + " plugin has no answer now", reason, retryAfter);
    }

    private Optional<JsonNode> shared(String path) {
        CompletableFuture<Optional<JsonNode>> mine = new CompletableFuture<>();
        CompletableFuture<Optional<JsonNode>> other = underWay.putIfAbsent(path, mine);
        if (other != null) {
            return answer(other);
        }
        try {
            mine.complete(instances.call(limit, StageUnavailableException.class::isInstance, (url, left) -> ask(url, path)));
        } catch (RuntimeException | Error e) {
            mine.completeExceptionally(e);
        } finally {
            underWay.remove(path, mine);
        }
        return answer(mine);
    }

    private static Optional<JsonNode> answer(CompletableFuture<Optional<JsonNode>> asked) {
        try {
            return asked.join();
        } catch (CompletionException e) {
            if (e.getCause() instanceof RuntimeException failure) {
                throw failure;
            }
            throw e;
        }
    }

    private Optional<JsonNode> ask(URI url, String path) {
        URI uri = URI.create(url + path);
        try {
            return http.execute(new HttpGet(uri), response -> verdict(uri, response));
        } catch (IOException e) {
            throw new StageUnavailableException(uri + " cannot be reached: " + e, null);
        }
    }

    private static Optional<JsonNode> verdict(URI uri, ClassicHttpResponse response) throws IOException {
        int status = response.getCode();
        byte[] body = response.getEntity() == null ? new byte[0] : response.getEntity().getContent().readNBytes(MAX_ANSWER + 1);
        if (body.length > MAX_ANSWER) {
            throw new StageBrokenException(uri + " answered with more than " + MAX_ANSWER + " bytes");
        }
        if (status == HttpStatus.OK.value()) {
            return Optional.of(json(body).orElseThrow(() -> new StageUnavailableException(uri + " answered no JSON", null)));
        }
        if (status == HttpStatus.NOT_FOUND.value() && json(body).filter(PluginClient::saysSo).isPresent()) {
            return Optional.empty();
        }
        String message = uri + " answered " + status;
        throw away(status) ? new StageUnavailableException(message, null) : new StageBrokenException(message);
    }

    /** A refusal of what was asked for, which a provider may have chosen, says nothing of the instance: it opens no breaker. */
    private static boolean away(int status) {
        return status >= SERVER_ERRORS || status == HttpStatus.REQUEST_TIMEOUT.value()
                || status == HttpStatus.TOO_MANY_REQUESTS.value();
    }

    private static boolean saysSo(JsonNode body) {
        JsonNode error = body.path("error");
        return error.isString() ? !NO_SUCH_PATH.contains(error.stringValue()) : body.path("message").isString();
    }

    private static Optional<JsonNode> json(byte[] body) {
        try {
            return Optional.of(Json.strict().readTree(body)).filter(tree -> !tree.isMissingNode());
        } catch (JacksonException | NumberFormatException e) {
            // the latter of an exponent that no number can have
            return Optional.empty();
        }
    }

    @Override
    public void close() throws IOException {
        http.close();
    }
}

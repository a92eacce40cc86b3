package io.quipu.common.stage;

import io.quipu.common.trace.TracedExchange;
import io.quipu.common.trace.Traces;
import io.quipu.common.wire.Json;
import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import org.apache.hc.client5.http.config.ConnectionConfig;
import org.apache.hc.client5.http.config.RequestConfig;
import org.apache.hc.client5.http.impl.classic.CloseableHttpClient;
import org.apache.hc.client5.http.impl.classic.HttpClients;
import org.apache.hc.client5.http.impl.io.PoolingHttpClientConnectionManagerBuilder;
import org.apache.hc.core5.util.Timeout;
import org.springframework.http.HttpHeaders;
import org.springframework.http.HttpStatus;
import org.springframework.http.MediaType;
import org.springframework.http.client.ClientHttpResponse;
import org.springframework.http.client.HttpComponentsClientHttpRequestFactory;
import org.springframework.web.client.ResourceAccessException;
import org.springframework.web.client.RestClient;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;

/**
 * Sends batches to the next stage and tells its answers apart: committed, stale, retryable, broken. Never repeats a call by
 * itself: whoever drives decides that. Thread-safe.
 */
public final class StageClient implements AutoCloseable {

    /** Bytes that an answer may have: a rejection for each usage of a batch, with its reason, is far below. */
    static final int MAX_ANSWER = 8 * 1024 * 1024;

    private static final int MAX_EXCERPT = 500;
    private static final Set<Integer> RETRYABLE = Set.of(HttpStatus.REQUEST_TIMEOUT.value(),
            HttpStatus.TOO_MANY_REQUESTS.value(), HttpStatus.BAD_GATEWAY.value(),
            HttpStatus.SERVICE_UNAVAILABLE.value(), HttpStatus.GATEWAY_TIMEOUT.value());

    private final URI uri;
    private final TotalTimeout total;
    private final CloseableHttpClient http;
    private final RestClient client;

    /**
     * A client.
     *
     * @param uri where batches are posted
     * @param limits its time-outs and connections
     */
    public StageClient(URI uri, Limits limits) {
        this(uri, limits, Traces.NONE);
    }

    /** A client whose calls are recorded in the traces that the calling thread works for. */
    public StageClient(URI uri, Limits limits, Traces traces) {
        this.uri = uri;
        this.total = new TotalTimeout(limits.responseTimeout(), MAX_ANSWER);
        this.http = HttpClients.custom()
                .addExecInterceptorFirst("total-timeout", total)
                .addExecInterceptorFirst("trace", new TracedExchange(traces))
                .disableAutomaticRetries()
                .disableRedirectHandling()
                .disableCookieManagement()
                .setConnectionManager(PoolingHttpClientConnectionManagerBuilder.create()
                        .setMaxConnPerRoute(limits.maxConnections())
                        .setMaxConnTotal(limits.maxConnections())
                        .setDefaultConnectionConfig(ConnectionConfig.custom()
                                .setConnectTimeout(timeout(limits.connectTimeout()))
                                .setSocketTimeout(timeout(limits.responseTimeout()))
                                .build())
                        .build())
                .setDefaultRequestConfig(RequestConfig.custom()
                        .setConnectionRequestTimeout(timeout(limits.responseTimeout()))
                        .setResponseTimeout(timeout(limits.responseTimeout()))
                        .build())
                .build();
        this.client = RestClient.builder().requestFactory(new HttpComponentsClientHttpRequestFactory(http)).build();
    }

    /**
     * Sends a batch.
     *
     * @return what was committed and what was rejected
     * @throws StaleBatchException when the batch is too old to be judged
     * @throws StageUnavailableException when there is no answer, or a retryable one
     * @throws StageBrokenException when the answer is of a kind that nobody expected
     */
    public BatchAnswer send(Batch<?> batch) {
        byte[] body = Json.write(batch);
        try {
            return client.post().uri(uri).contentType(MediaType.APPLICATION_JSON).body(body)
                    .exchange((request, response) -> answer(batch, response));
        } catch (ResourceAccessException e) {
            throw new StageUnavailableException(uri + " cannot be reached: " + e.getMostSpecificCause(), null);
        }
    }

    private BatchAnswer answer(Batch<?> batch, ClientHttpResponse response) throws IOException {
        int status = response.getStatusCode().value();
        byte[] body = response.getBody().readAllBytes();
        if (status == HttpStatus.OK.value()) {
            return checked(batch, body);
        }
        if (status == HttpStatus.CONFLICT.value() && "stale".equals(code(body))) {
            throw new StaleBatchException(excerpt(body));
        }
        if (RETRYABLE.contains(status)) {
            throw new StageUnavailableException(uri + " answered " + status + ": " + excerpt(body),
                    retryAfter(response.getHeaders()));
        }
        throw new StageBrokenException(uri + " answered " + status + ": " + excerpt(body));
    }

    /** An answer that does not fit the batch is none: it may belong to another request, or have been cut. */
    private BatchAnswer checked(Batch<?> batch, byte[] body) {
        BatchAnswer answer;
        try {
            answer = Json.strict().readValue(body, BatchAnswer.class);
        } catch (JacksonException e) {
            answer = null;
        }
        if (answer == null) {
            throw new StageUnavailableException(uri + " answered 200 with a body that is no answer: " + excerpt(body),
                    null);
        }
        Set<Long> positions = batch.positions().boxed().collect(Collectors.toSet());
        long last = batch.lastPosition();
        if (answer.committedTo() != last
                || !answer.rejected().stream().allMatch(rejection -> positions.contains(rejection.position()))) {
            throw new StageUnavailableException(uri + " answered for another batch: committed to "
                    + answer.committedTo() + ", sent up to " + last, null);
        }
        return answer;
    }

    private static String code(byte[] body) {
        try {
            JsonNode code = Json.shared().readTree(body).get("code");
            return code == null || !code.isString() ? null : code.stringValue();
        } catch (JacksonException e) {
            return null;
        }
    }

    private static Duration retryAfter(HttpHeaders headers) {
        String value = headers.getFirst(HttpHeaders.RETRY_AFTER);
        try {
            return value == null ? null : Duration.ofSeconds(Math.max(0, Long.parseLong(value.trim())));
        } catch (NumberFormatException e) {
            // a date is allowed too; our own back-off serves as well
            return null;
        }
    }

    private static String excerpt(byte[] body) {
        String text = new String(body, 0, Math.min(body.length, MAX_EXCERPT), StandardCharsets.UTF_8);
        return body.length == 0 ? "(empty)" : text;
    }

    private static Timeout timeout(Duration duration) {
        return Timeout.of(duration.toMillis(), TimeUnit.MILLISECONDS);
    }

    @Override
    public void close() throws IOException {
        total.close();
        http.close();
    }

    /**
     * The limits of calls to the next stage.
     *
     * @param connectTimeout for a connection to be made
     * @param responseTimeout for the whole call, from waiting for a connection to the last byte of the answer
     * @param maxConnections open at once
     */
    public record Limits(Duration connectTimeout, Duration responseTimeout, int maxConnections) {
    }
}

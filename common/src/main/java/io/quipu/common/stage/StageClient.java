package io.quipu.common.stage;

import io.quipu.common.trace.TracedExchange;
import io.quipu.common.trace.Traces;
import io.quipu.common.usage.Positioned;
import io.quipu.common.wire.Json;
import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
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

/**
 * Sends batches to the next stage and tells its answers apart: committed or stale, retryable, broken. Never repeats a call by
 * itself: whoever drives decides that. Thread-safe.
 */
public final class StageClient implements AutoCloseable {

    /** Bytes that an answer may have: a rejection for each usage of a batch, with its reason, is below. */
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
     * Sends batches, in one call.
     *
     * @return what was committed and what was rejected of each, or that it is stale, in the same order
     * @throws StageUnavailableException when there is no answer, or a retryable one
     * @throws StageBrokenException when the answer is of a kind that nobody expected
     */
    public <U extends Positioned> List<BatchAnswer> send(List<Batch<U>> batches) {
        byte[] body = Json.write(Batches.of(batches));
        try {
            return client.post().uri(uri).contentType(MediaType.APPLICATION_JSON).body(body)
                    .exchange((request, response) -> answer(batches, response));
        } catch (ResourceAccessException e) {
            throw new StageUnavailableException(uri + " cannot be reached: " + e.getMostSpecificCause(), null);
        }
    }

    private <U extends Positioned> List<BatchAnswer> answer(List<Batch<U>> batches, ClientHttpResponse response)
            throws IOException {
        int status = response.getStatusCode().value();
        byte[] body = response.getBody().readAllBytes();
        if (status == HttpStatus.OK.value()) {
            return checked(batches, body);
        }
        if (RETRYABLE.contains(status)) {
            throw new StageUnavailableException(uri + " answered " + status + ": " + excerpt(body),
                    retryAfter(response.getHeaders()));
        }
        throw new StageBrokenException(uri + " answered " + status + ": " + excerpt(body));
    }

    /** An answer that does not fit the batches is none: it may belong to another request, or have been cut. */
    private <U extends Positioned> List<BatchAnswer> checked(List<Batch<U>> batches, byte[] body) {
        BatchAnswers read;
        try {
            read = Json.strict().readValue(body, BatchAnswers.class);
        } catch (JacksonException e) {
            read = null;
        }
        if (read == null) {
            throw new StageUnavailableException(uri + " answered 200 with a body that is no answer: " + excerpt(body),
                    null);
        }
        List<BatchAnswer> answers = read.answers();
        if (answers.size() != batches.size()) {
            throw new StageUnavailableException(uri + " answered " + answers.size() + " batches, sent were "
                    + batches.size(), null);
        }
        for (int i = 0; i < answers.size(); i++) {
            if (!fits(batches.get(i), answers.get(i))) {
                throw new StageUnavailableException(uri + " answered for another batch: committed to "
                        + answers.get(i).committedTo() + ", sent up to " + batches.get(i).lastPosition(), null);
            }
        }
        return answers;
    }

    private static boolean fits(Batch<?> batch, BatchAnswer answer) {
        if (answer.stale() != null) {
            return answer.committedTo() == batch.cursor() && answer.rejected().isEmpty();
        }
        if (answer.committedTo() != batch.lastPosition()) {
            return false;
        }
        if (answer.rejected().isEmpty()) {
            return true;
        }
        Set<Long> positions = batch.positions().boxed().collect(Collectors.toSet());
        return answer.rejected().stream().allMatch(rejection -> positions.contains(rejection.position()));
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

package io.quipu.common.stage;

import io.quipu.common.http.ServiceInstances;
import io.quipu.common.http.NoInstanceException;
import io.quipu.common.http.Outbound;
import io.quipu.common.trace.TracedExchange;
import io.quipu.common.trace.Traces;
import io.quipu.common.usage.Positioned;
import io.quipu.common.wire.Json;
import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.apache.hc.client5.http.classic.methods.HttpPost;
import org.apache.hc.client5.http.config.RequestConfig;
import org.apache.hc.client5.http.impl.classic.CloseableHttpClient;
import org.apache.hc.client5.http.protocol.HttpClientContext;
import org.apache.hc.core5.http.ClassicHttpResponse;
import org.apache.hc.core5.http.ContentType;
import org.apache.hc.core5.http.Header;
import org.apache.hc.core5.http.HttpHeaders;
import org.apache.hc.core5.http.io.entity.ByteArrayEntity;
import org.apache.hc.core5.util.Timeout;
import org.springframework.http.HttpStatus;
import tools.jackson.core.JacksonException;

/**
 * Sends batches to an instance of the next stage and tells its answers apart: committed or stale, retryable, broken. A call that an
 * instance has not taken goes on to the next one. Repeats none but one that broke at once on a connection that was kept (see
 * {@link Outbound}): whether else, whoever drives decides. Thread-safe.
 */
public final class StageClient implements AutoCloseable {

    /** Bytes that an answer may have: a rejection for each usage of a batch, with its reason, is below. */
    static final int MAX_ANSWER = 8 * 1024 * 1024;

    private static final int MAX_EXCERPT = 500;

    /** How the code of a problem ends that is about what lies beyond the instance, where the next one would find the same. */
    private static final String NEIGHBOUR = "_unavailable";
    private static final String OWN_STORE = "store_unavailable";
    private static final ContentType JSON = ContentType.create("application/json");

    private final ServiceInstances stage;
    private final Map<URI, URI> targets = new HashMap<>();
    private final Duration limit;
    private final TotalTimeout total;
    private final CloseableHttpClient http;

    /** A client whose calls are recorded in no traces. */
    public StageClient(ServiceInstances stage, String path, Limits limits) {
        this(stage, path, limits, Traces.NONE);
    }

    /**
     * A client.
     *
     * @param stage the instances of the stage, whose breakers count a {@link StageUnavailableException} as a failure
     * @param path where batches are posted
     * @param limits its time-outs and connections
     * @param traces records calls in the traces that the calling thread works for
     */
    public StageClient(ServiceInstances stage, String path, Limits limits, Traces traces) {
        this.stage = stage;
        stage.urls().forEach(url -> targets.put(url, URI.create(url + path)));
        this.limit = limits.responseTimeout();
        this.total = new TotalTimeout(limit, MAX_ANSWER);
        this.http = Outbound.builder(limits.connectTimeout(), limit, limits.maxConnections(), targets.size())
                .addExecInterceptorFirst("total-timeout", total)
                .addExecInterceptorFirst("trace", new TracedExchange(traces))
                .setDefaultRequestConfig(RequestConfig.custom()
                        .setConnectionRequestTimeout(Timeout.of(limit))
                        .setResponseTimeout(Timeout.of(limit))
                        .build())
                .build();
    }

    /**
     * Sends batches, in one call.
     *
     * @return what was committed and what was rejected of each, or that it is stale, in the same order
     * @throws StageUnavailableException when no instance has an answer, or a retryable one
     * @throws StageBrokenException when the answer is of a kind that nobody expected
     */
    public <U extends Positioned> List<BatchAnswer> send(List<Batch<U>> batches) {
        byte[] body = Json.write(Batches.of(batches));
        try {
            return stage.call(limit, NotTaken.class::isInstance, (url, left) -> send(batches, body, targets.get(url), left));
        } catch (NoInstanceException e) {
            throw new StageUnavailableException(e.getMessage(), e.retryAfter());
        } catch (NotTaken e) {
            throw e.ofAll();
        }
    }

    private <U extends Positioned> List<BatchAnswer> send(List<Batch<U>> batches, byte[] body, URI uri, Duration left) {
        HttpPost request = new HttpPost(uri);
        request.setEntity(new ByteArrayEntity(body, JSON));
        HttpClientContext context = HttpClientContext.create();
        context.setAttribute(TotalTimeout.LEFT, left);
        try {
            return http.execute(request, context, response -> answer(uri, batches, response));
        } catch (IOException e) {
            String message = uri + " cannot be reached: " + e;
            throw Outbound.notSent(e) ? new NotTaken(message, null) : new StageUnavailableException(message, null);
        }
    }

    private static <U extends Positioned> List<BatchAnswer> answer(URI uri, List<Batch<U>> batches, ClassicHttpResponse response)
            throws IOException {
        int status = response.getCode();
        byte[] body = response.getEntity() == null ? new byte[0] : response.getEntity().getContent().readAllBytes();
        if (status == HttpStatus.OK.value()) {
            return checked(uri, batches, body);
        }
        String message = uri + " answered " + status + ": " + excerpt(body);
        if (Outbound.passing(status)) {
            Duration retryAfter = retryAfter(response);
            throw status == HttpStatus.SERVICE_UNAVAILABLE.value() && ownTrouble(body) ? new NotTaken(message, retryAfter)
                    : new StageUnavailableException(message, retryAfter);
        }
        throw new StageBrokenException(message);
    }

    /** Whether a 503 is about the instance itself, as far as it says: a router's is too. */
    private static boolean ownTrouble(byte[] body) {
        String code;
        try {
            code = Json.shared().readTree(body).path("code").asString("");
        } catch (JacksonException noProblem) {
            return true;
        }
        return !code.endsWith(NEIGHBOUR) || code.equals(OWN_STORE);
    }

    /** An answer that does not fit the batches is none: it may belong to another request, or have been cut. */
    private static <U extends Positioned> List<BatchAnswer> checked(URI uri, List<Batch<U>> batches, byte[] body) {
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

    private static Duration retryAfter(ClassicHttpResponse response) {
        Header header = response.getFirstHeader(HttpHeaders.RETRY_AFTER);
        String value = header == null ? null : header.getValue();
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

    /** The instance has done nothing of the call, or says that it could not: the next one may. */
    private static final class NotTaken extends StageUnavailableException {

        private static final long serialVersionUID = 1L;

        NotTaken(String message, Duration retryAfter) {
            super(message, retryAfter);
        }

        /** What it comes to when all have refused: worth another try as soon as one of them says, at once if one does not say. */
        StageUnavailableException ofAll() {
            Duration soonest = retryAfter().orElse(Duration.ZERO);
            for (Throwable before = this; before.getSuppressed().length > 0;) {
                before = before.getSuppressed()[0];
                if (before instanceof StageUnavailableException refusal) {
                    Duration said = refusal.retryAfter().orElse(Duration.ZERO);
                    soonest = said.compareTo(soonest) < 0 ? said : soonest;
                }
            }
            return new StageUnavailableException(getMessage(), soonest.isZero() ? null : soonest);
        }
    }
}

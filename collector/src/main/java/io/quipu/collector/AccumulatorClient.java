package io.quipu.collector;

import io.quipu.common.http.EndedStream;
import io.quipu.common.http.NewlineDelimited;
import io.quipu.common.http.Outbound;
import io.quipu.common.http.UnusableAnswerException;
import io.quipu.common.running.Reconciled;
import io.quipu.common.running.SnapshotQuery;
import io.quipu.common.running.Unlisted;
import io.quipu.common.stage.StageBrokenException;
import io.quipu.common.stage.StageUnavailableException;
import io.quipu.common.trace.Traces;
import io.quipu.common.wire.Json;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.util.List;
import java.util.Set;
import java.util.function.Consumer;
import org.apache.hc.client5.http.impl.classic.CloseableHttpClient;
import org.springframework.http.HttpStatus;
import org.springframework.http.MediaType;
import org.springframework.http.client.ClientHttpResponse;
import org.springframework.http.client.HttpComponentsClientHttpRequestFactory;
import org.springframework.web.client.ResourceAccessException;
import org.springframework.web.client.RestClient;
import tools.jackson.core.JacksonException;

/**
 * Asks the accumulator over HTTP what runs. An answer is taken line by line, and is none when it is cut or broken: whatever is
 * not a whole answer is unavailability, except a refusal that does not say that it passes. Thread-safe.
 */
final class AccumulatorClient implements AutoCloseable {

    private static final Set<Integer> RETRYABLE = Set.of(HttpStatus.REQUEST_TIMEOUT.value(),
            HttpStatus.TOO_MANY_REQUESTS.value(), HttpStatus.BAD_GATEWAY.value(),
            HttpStatus.SERVICE_UNAVAILABLE.value(), HttpStatus.GATEWAY_TIMEOUT.value());

    private static final String SNAPSHOT = "/v1/metering/accumulated/usage/snapshot";

    private final URI uri;
    private final CloseableHttpClient http;
    private final RestClient client;

    /** A client that records its calls in the traces that the calling thread works for. */
    AccumulatorClient(AccumulatorProperties properties, Traces traces) {
        this.uri = properties.url().resolve(SNAPSHOT);
        this.http = Outbound.client(new Outbound.Limits(properties.connectTimeout(), properties.responseTimeout(),
                properties.answerTimeout()), properties.maxConnections(), traces);
        this.client = RestClient.builder().requestFactory(new HttpComponentsClientHttpRequestFactory(http)).build();
    }

    /** See {@link io.quipu.collector.drive.RunningSource#ask}. */
    Reconciled.Counts ask(SnapshotQuery query, Consumer<List<Unlisted.Instance>> unlisted) {
        try {
            return client.post().uri(uri).contentType(MediaType.APPLICATION_JSON).body(Json.write(query))
                    .exchangeForRequiredValue((request, response) -> answer(response, unlisted));
        } catch (ResourceAccessException e) {
            throw unavailable("cannot be reached: " + e.getMostSpecificCause());
        } catch (UnusableAnswerException | JacksonException e) {
            throw unavailable("has no whole answer: " + e.getMessage());
        }
    }

    private StageUnavailableException unavailable(String what) {
        return new StageUnavailableException(uri + " " + what, null);
    }

    private Reconciled.Counts answer(ClientHttpResponse response, Consumer<List<Unlisted.Instance>> unlisted)
            throws IOException {
        int status = response.getStatusCode().value();
        if (status == HttpStatus.OK.value()) {
            return read(response.getBody(), unlisted);
        }
        if (RETRYABLE.contains(status)) {
            throw unavailable("answered " + status);
        }
        throw new StageBrokenException(uri + " answered " + status);
    }

    private static Reconciled.Counts read(InputStream body, Consumer<List<Unlisted.Instance>> unlisted) throws IOException {
        Answer answer = new Answer(unlisted);
        NewlineDelimited.read(body, answer::line);
        return answer.figures();
    }

    /** An answer as far as it was read: instances, then the figures, then the line that says that it is whole. */
    private static final class Answer {

        private final EndedStream stream = new EndedStream();
        private final Consumer<List<Unlisted.Instance>> unlisted;
        private Reconciled.Counts figures;

        Answer(Consumer<List<Unlisted.Instance>> unlisted) {
            this.unlisted = unlisted;
        }

        /**
         * One line.
         *
         * @param unlisted of {@link Unlisted}
         * @param reconciled of {@link Reconciled}
         */
        private record Line(List<Unlisted.Instance> unlisted, Reconciled.Counts reconciled) {
        }

        void line(byte[] json) {
            boolean last = EndedStream.isEnd(json);
            stream.line(last);
            if (last) {
                return;
            }
            Line line = Json.read(json, Line.class);
            if (figures != null || (line.unlisted() == null) == (line.reconciled() == null)) {
                throw new UnusableAnswerException("a line of it says nothing, or comes behind the figures");
            }
            figures = line.reconciled();
            if (line.unlisted() != null) {
                line.unlisted().forEach(Answer::check);
                unlisted.accept(line.unlisted());
            }
        }

        private static void check(Unlisted.Instance instance) {
            if (instance == null || instance.organizationId() == null || instance.spaceId() == null
                    || instance.consumerId() == null || instance.planId() == null || instance.resourceInstanceId() == null) {
                throw new UnusableAnswerException("an instance in it lacks an id");
            }
        }

        Reconciled.Counts figures() {
            stream.complete();
            if (figures == null) {
                throw new UnusableAnswerException("it has no figures");
            }
            return figures;
        }
    }

    @Override
    public void close() throws IOException {
        http.close();
    }
}

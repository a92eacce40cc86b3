package io.quipu.common.stage;

import java.io.IOException;
import java.io.InputStream;
import java.time.Duration;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.apache.hc.client5.http.classic.ExecChain;
import org.apache.hc.client5.http.classic.ExecChainHandler;
import org.apache.hc.core5.concurrent.Cancellable;
import org.apache.hc.core5.http.ClassicHttpRequest;
import org.apache.hc.core5.http.ClassicHttpResponse;
import org.apache.hc.core5.http.HttpEntity;
import org.apache.hc.core5.http.HttpException;
import org.apache.hc.core5.http.io.entity.ByteArrayEntity;

/**
 * Ends an exchange that has not ended in time, wherever it stands: waiting for a connection, for the header, for the last byte
 * of the body. (The time-out of a socket starts anew with each byte.) So the body is read here, up to a limit, and handed on
 * as bytes. Thread-safe.
 */
final class TotalTimeout implements ExecChainHandler, AutoCloseable {

    /** The attribute of a context that gives its exchange less time than the others. */
    static final String LEFT = "quipu.time-left";

    private final Duration total;
    private final int maxBody;
    private final ScheduledThreadPoolExecutor clock;

    /**
     * A bound on exchanges.
     *
     * @param total how long an exchange may take
     * @param maxBody bytes that the body of a response may have
     */
    TotalTimeout(Duration total, int maxBody) {
        this.total = total;
        this.maxBody = maxBody;
        this.clock = new ScheduledThreadPoolExecutor(1, task -> {
            Thread thread = new Thread(task, "quipu-total-timeout");
            thread.setDaemon(true);
            return thread;
        });
        this.clock.setRemoveOnCancelPolicy(true);
    }

    @Override
    public ClassicHttpResponse execute(ClassicHttpRequest request, ExecChain.Scope scope, ExecChain chain)
            throws IOException, HttpException {
        AtomicBoolean over = new AtomicBoolean();
        Duration time = scope.clientContext.getAttribute(LEFT) instanceof Duration left ? left : total;
        Cancellable exchange = (Cancellable) scope.originalRequest;
        Future<?> end = clock.schedule(() -> {
            over.set(true);
            exchange.cancel();
        }, time.toMillis(), TimeUnit.MILLISECONDS);
        try {
            return read(chain.proceed(request, scope));
        } catch (IOException | RuntimeException e) {
            // the client may find its connection gone at any step, and then fails as if it had been called wrongly
            if (over.get()) {
                throw new IOException("there was no whole answer within " + time, e);
            }
            throw e;
        } finally {
            end.cancel(false);
        }
    }

    private ClassicHttpResponse read(ClassicHttpResponse response) throws IOException {
        HttpEntity entity = response.getEntity();
        if (entity == null) {
            return response;
        }
        try {
            InputStream content = entity.getContent();
            byte[] body = content.readNBytes(maxBody + 1);
            if (body.length > maxBody) {
                throw new IOException("the answer is larger than " + maxBody + " bytes");
            }
            content.close();
            response.setEntity(new ByteArrayEntity(body, null));
            return response;
        } catch (IOException e) {
            // closes the connection: what is left of the answer is not waited for
            response.close();
            throw e;
        }
    }

    @Override
    public void close() {
        clock.shutdownNow();
    }
}

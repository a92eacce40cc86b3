package io.quipu.common.web;

import jakarta.servlet.ServletException;
import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.LongAdder;
import org.apache.catalina.connector.Request;
import org.apache.catalina.connector.Response;
import org.apache.catalina.valves.ValveBase;
import org.springframework.http.HttpHeaders;
import org.springframework.http.HttpStatus;

/**
 * Lets everything pass until it is to refuse requests, with 503 {@code stopping}. Counts the requests under way, each until its
 * answer has been handed to the network, or, when its thread had left it, to Tomcat. Thread-safe.
 */
public final class DrainValve extends ValveBase {

    /** Seconds after which a request is worth another try: at another instance, or at this one when it is back. */
    static final String RETRY_AFTER = "1";

    private final AtomicInteger underWay = new AtomicInteger();
    private final LongAdder answered = new LongAdder();
    private volatile boolean stopping;

    /** A valve that lets everything pass. */
    public DrainValve() {
        super(true);
    }

    /** From now on requests are refused; those under way go on. */
    public void refuse() {
        stopping = true;
    }

    /** Requests that are not answered yet. */
    public int underWay() {
        return underWay.get();
    }

    /** Requests that have been answered. */
    public long answered() {
        return answered.sum();
    }

    /** Waits until no request is under way, or that long; whether none is. */
    public synchronized boolean awaitNone(Duration atMost) throws InterruptedException {
        long deadline = System.nanoTime() + atMost.toNanos();
        while (underWay.get() > 0) {
            long left = deadline - System.nanoTime();
            if (left <= 0) {
                return false;
            }
            TimeUnit.NANOSECONDS.timedWait(this, left);
        }
        return true;
    }

    @Override
    public void invoke(Request request, Response response) throws IOException, ServletException {
        if (request.isAsync()) {
            // taken up once more, or its failure is to be reported: it has been counted since it came
            getNext().invoke(request, response);
            return;
        }
        underWay.incrementAndGet();
        boolean left = false;
        try {
            if (stopping) {
                refuse(request, response);
                return;
            }
            getNext().invoke(request, response);
            left = request.isAsync();
            if (left) {
                request.getAsyncContextInternal().addListener(new CompletionListener(this::ended));
            } else {
                // what Tomcat does next anyway; here it is known when it is done
                request.finishRequest();
                response.finishResponse();
            }
        } finally {
            if (!left) {
                ended();
            }
        }
    }

    private void ended() {
        answered.increment();
        if (underWay.decrementAndGet() == 0 && stopping) {
            synchronized (this) {
                notifyAll();
            }
        }
    }

    private static void refuse(Request request, Response response) throws IOException {
        response.setStatus(HttpStatus.SERVICE_UNAVAILABLE.value());
        response.setHeader(HttpHeaders.CONNECTION, "close");
        response.setHeader(HttpHeaders.RETRY_AFTER, RETRY_AFTER);
        ContainerProblem.write(request, response, HttpStatus.SERVICE_UNAVAILABLE.getReasonPhrase(), "stopping",
                "This instance is stopping; nothing of the request has been done.");
    }
}

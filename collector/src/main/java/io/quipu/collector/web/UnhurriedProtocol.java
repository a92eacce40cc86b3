package io.quipu.collector.web;

import java.time.Duration;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import org.apache.coyote.http11.Http11NioProtocol;

/**
 * HTTP/1.1 that does not look, once a second, which of the requests that their threads have left are over the server's time limit.
 * They have none: {@link LaterAnswer} keeps their time. And that look loses answers in Tomcat (11.0.22, and 11.0.25 still): when it
 * comes upon a request that has just been answered, it sends the connection a timeout, and if the next request has been left by
 * then, {@code ConnectionHandler.process} drops what it knows of that request before it finds the timeout to be an old one.
 * The request is done, but never answered, and a minute later the connection is closed.
 *
 * <p>When the server stops it still tells all requests that are left. Connections that are upgraded, to HTTP/2 say, would have no
 * limit either; there are none.
 *
 * <p>Twice a minute it lets go of the buffers that no request needs just then. By itself Tomcat keeps as many as there have ever been
 * requests at a time, up to 200 of 130 KB each; with a smaller limit those beyond it would be made anew for each request.
 *
 * <p>Public, since Tomcat makes it by its name.
 */
public final class UnhurriedProtocol extends Http11NioProtocol {

    /** For how long buffers are kept that no request needs. */
    static final Duration KEPT = Duration.ofSeconds(30);

    private ScheduledFuture<?> lettingGo;

    /** As usual, and lets go of buffers from then on. */
    @Override
    public void start() throws Exception {
        super.start();
        lettingGo = getUtilityExecutor().scheduleWithFixedDelay(() -> getHandler().recycle(), KEPT.toSeconds(), KEPT.toSeconds(),
                TimeUnit.SECONDS);
    }

    /** As usual, also when it could not be started. */
    @Override
    public void stop() throws Exception {
        if (lettingGo != null) {
            lettingGo.cancel(false);
        }
        super.stop();
    }

    /** Does nothing: no request has a limit that is the server's. */
    @Override
    protected void startAsyncTimeout() {
        // not started
    }
}

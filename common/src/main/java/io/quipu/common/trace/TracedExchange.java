package io.quipu.common.trace;

import java.io.IOException;
import java.util.List;
import org.apache.hc.client5.http.classic.ExecChain;
import org.apache.hc.client5.http.classic.ExecChainHandler;
import org.apache.hc.core5.http.ClassicHttpRequest;
import org.apache.hc.core5.http.ClassicHttpResponse;
import org.apache.hc.core5.http.HttpException;

/**
 * Hands on the traces that the calling thread works for, and records each call in them, until its answer begins. A call
 * made for none is not touched. Only for calls to our own services: what a path holds becomes the span's name, what a query holds does
 * not.
 */
public final class TracedExchange implements ExecChainHandler {

    private final Traces traces;

    /** For calls of one client. */
    public TracedExchange(Traces traces) {
        this.traces = traces;
    }

    @Override
    public ClassicHttpResponse execute(ClassicHttpRequest request, ExecChain.Scope scope, ExecChain chain)
            throws IOException, HttpException {
        List<TraceContext> current = traces.current();
        if (current.isEmpty()) {
            return chain.proceed(request, scope);
        }
        Spans spans = traces.start(request.getMethod() + " " + withoutQuery(request.getRequestUri()), Traces.Kind.CLIENT,
                current);
        try {
            TraceHeaders.write(spans.contexts(), request::setHeader);
            ClassicHttpResponse response = chain.proceed(request, scope);
            spans.tag("http.status_code", Integer.toString(response.getCode()));
            return response;
        } catch (IOException | HttpException | RuntimeException e) {
            spans.failed(e);
            throw e;
        } finally {
            spans.end();
        }
    }

    private static String withoutQuery(String uri) {
        int query = uri.indexOf('?');
        return query < 0 ? uri : uri.substring(0, query);
    }
}

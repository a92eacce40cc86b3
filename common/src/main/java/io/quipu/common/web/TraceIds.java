package io.quipu.common.web;

import io.quipu.common.trace.IncomingTrace;
import jakarta.servlet.http.HttpServletRequest;
import java.util.UUID;

/** The trace id that a problem document names: that of the trace the request belongs to, else one that is made for it. */
final class TraceIds {

    private static final String ATTRIBUTE = TraceIds.class.getName();

    private TraceIds() {
    }

    /** The request is recorded in that trace. */
    static void set(HttpServletRequest request, String traceId) {
        request.setAttribute(ATTRIBUTE, traceId);
    }

    /** The same each time for one request: what the caller sent is looked at only here, since most requests have no problem. */
    static String of(HttpServletRequest request) {
        if (request.getAttribute(ATTRIBUTE) instanceof String known) {
            return known;
        }
        String sent = IncomingTrace.read(request::getHeader).traceId();
        String traceId = sent == null ? UUID.randomUUID().toString().replace("-", "") : sent;
        set(request, traceId);
        return traceId;
    }
}

package io.quipu.common.web;

import io.quipu.common.wire.Json;
import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import org.apache.catalina.connector.Request;
import org.apache.catalina.connector.Response;
import org.apache.catalina.valves.ErrorReportValve;
import org.springframework.http.HttpStatus;
import org.springframework.http.MediaType;

/**
 * Makes a problem of what Tomcat refuses before the application sees it, such as a path that cannot be decoded, in place
 * of a page in HTML.
 */
public final class ProblemValve extends ErrorReportValve {

    @Override
    protected void report(Request request, Response response, Throwable throwable) {
        HttpStatus status = HttpStatus.resolve(response.getStatus());
        if (response.getStatus() < 400 || response.getContentWritten() > 0 || !response.setErrorReported()) {
            return;
        }
        String title = status == null ? "Problem" : status.getReasonPhrase();
        String code = status == null ? "http_" + response.getStatus() : status.name().toLowerCase(Locale.ROOT);
        Map<String, Object> document = new LinkedHashMap<>();
        document.put("type", "urn:quipu:problem:" + code);
        document.put("title", title);
        document.put("status", response.getStatus());
        document.put("detail", "The server cannot read the request: " + title);
        document.put("code", code);
        document.put("trace_id", TraceIds.of(request));
        document.put("error", code);
        document.put("reason", document.get("detail"));
        try {
            response.setContentType(MediaType.APPLICATION_PROBLEM_JSON_VALUE);
            response.getOutputStream().write(Json.write(document));
            response.finishResponse();
        } catch (IOException | IllegalStateException e) {
            // the client is gone: nobody is left to be told
            container.getLogger().debug("no answer to a refused request", e);
        }
    }
}

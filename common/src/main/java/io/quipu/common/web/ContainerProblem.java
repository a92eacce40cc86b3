package io.quipu.common.web;

import io.quipu.common.wire.Json;
import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.Map;
import org.apache.catalina.connector.Request;
import org.apache.catalina.connector.Response;
import org.springframework.http.MediaType;

/** The problem document of what is answered before a request reaches the application. */
final class ContainerProblem {

    private ContainerProblem() {
    }

    /**
     * Writes it as the whole answer.
     *
     * @param response with the status already set
     * @param title what the status is called
     */
    static void write(Request request, Response response, String title, String code, String detail) throws IOException {
        Map<String, Object> document = new LinkedHashMap<>();
        document.put("type", "urn:quipu:problem:" + code);
        document.put("title", title);
        document.put("status", response.getStatus());
        document.put("detail", detail);
        document.put("code", code);
        document.put("trace_id", TraceIds.of(request));
        document.put("error", code);
        document.put("reason", detail);
        document.put("message", detail);
        response.setContentType(MediaType.APPLICATION_PROBLEM_JSON_VALUE);
        response.getOutputStream().write(Json.write(document));
        response.finishResponse();
    }
}

package io.quipu.common.web;

import java.io.IOException;
import java.util.Locale;
import org.apache.catalina.connector.Request;
import org.apache.catalina.connector.Response;
import org.apache.catalina.valves.ErrorReportValve;
import org.springframework.http.HttpStatus;

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
        try {
            ContainerProblem.write(request, response, title, code, "The server cannot read the request: " + title);
        } catch (IOException | IllegalStateException e) {
            // the client is gone: nobody is left to be told
            container.getLogger().debug("no answer to a refused request", e);
        }
    }
}

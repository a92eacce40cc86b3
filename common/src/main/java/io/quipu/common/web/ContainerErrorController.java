package io.quipu.common.web;

import jakarta.servlet.RequestDispatcher;
import jakarta.servlet.http.HttpServletRequest;
import java.util.Locale;
import org.springframework.boot.webmvc.error.ErrorController;
import org.springframework.http.HttpStatus;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RestController;

/**
 * Makes a problem of what the servlet container reports once a request has reached the application, such as a body that
 * breaks off, in place of Spring Boot's own error document.
 */
@RestController
public class ContainerErrorController implements ErrorController {

    /** Where the container sends its errors. */
    @RequestMapping("${server.error.path:/error}")
    public void error(HttpServletRequest request) {
        Object reported = request.getAttribute(RequestDispatcher.ERROR_STATUS_CODE);
        HttpStatus status = reported instanceof Integer number ? HttpStatus.resolve(number) : HttpStatus.NOT_FOUND;
        status = status == null ? HttpStatus.INTERNAL_SERVER_ERROR : status;
        throw Problem.of(status.value(), status.name().toLowerCase(Locale.ROOT), "The server refused the request: "
                + status.getReasonPhrase());
    }
}

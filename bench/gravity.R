# gravity.R: the panels that bench_gravity writes with --csv, estimated by the R package fixest, one thread.
#   Rscript bench/gravity.R FILE.csv
suppressMessages(library(fixest))
setFixest_nthreads(1)
data <- read.csv(commandArgs(TRUE)[1])
x <- grep("^x", names(data), value = TRUE)
e <- grep("^e", names(data), value = TRUE)
formula <- as.formula(paste("y ~", paste(x, collapse = " + "), "|", paste(e, collapse = " + ")))
invisible(gc(reset = TRUE))
time <- system.time(fit <- fepois(formula, data, vcov = "hetero", fixef.rm = "both", notes = FALSE,
                                     glm.tol = 1e-11, fixef.tol = 1e-11, fixef.iter = 1e6, glm.iter = 200))
print(format(coef(fit), digits = 15))
print(format(se(fit), digits = 10))
cat(sprintf("%.2f s of processor time, %.2f s by the clock, %d observations, %d iterations, fixest %s\n", time[["user.self"]],
            time[["elapsed"]], fit$nobs, fit$iterations, packageVersion("fixest")))

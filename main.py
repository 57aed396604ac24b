import record

try:
    record.enter()
except BaseException as error:
    record.crashed(error)
finally:
    record.reset()

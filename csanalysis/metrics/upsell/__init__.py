"""Work proposed beside the job (维修增项): success, grades, declined work, targets."""
